//! Properties of HTML with origins, on generated markup of the worst kind.

use std::fmt::Write as _;

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use proptest::prelude::*;
use scraper::node::Element;
use scraper::{Html, Node};
use scutch::stages::extract::{HtmlTree, TextOrigin, visible_text};

const HTML: &str = "http://www.w3.org/1999/xhtml";

const PIECES: &[&str] = &[
    "a",
    "word ",
    " ",
    "\n",
    "  \t",
    "\r\n",
    "\r",
    "\r\r\n\n",
    "\0",
    "é",
    "\u{a0}",
    "x\u{301}",
    "😀",
    "1 < 2",
    "AT&T ",
    "]]>",
    "&amp;",
    "&nbsp;",
    "&lt",
    "&notit;",
    "&noti",
    "&#65;",
    "&#x",
    "&#x41",
    "&#0;",
    "&#128;",
    "&#10;",
    "&#32;",
    "&",
    "&NotEqualTilde;",
    "&ampx",
    "&bogus;",
    "&a",
    "&&",
    "&\r\n",
    "&\0",
    "<",
    "<<",
    "</",
    "</>",
    "<>",
    "<!",
    "<!-",
    "<?",
    "<!-- c -->",
    "<!-->",
    "<!--",
    "-->",
    "<!doctype html>",
    "<![CDATA[",
    "<![CDATA[x]y]]>",
    "<![CDATA[a\r\nb\0c\rd]]>",
    "<a b",
    "<p title=\"",
    "\"",
    "'",
    ">",
    "=",
    "/",
    "<p>",
    "</p>",
    "<p class=x>",
    "<div>",
    "</div>",
    "<div hidden>",
    "<span>",
    "</span>",
    "<span style='color:red; Display : none !important'>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=x>",
    "</a>",
    "<font size=1>",
    "<nobr>",
    "<br>",
    "</br>",
    "<br/>",
    "<hr>",
    "<wbr>",
    "<img alt=x>",
    "<image>",
    "<h1>",
    "</h1>",
    "<h2>",
    "<ul>",
    "</ul>",
    "<ol>",
    "<li>",
    "</li>",
    "<dl>",
    "<dt>",
    "<dd>",
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<th>",
    "<tbody>",
    "<thead>",
    "<caption>",
    "</caption>",
    "<colgroup>",
    "<col>",
    "<pre>",
    "</pre>",
    "<pre>\n",
    "<listing>",
    "<textarea>",
    "</textarea>",
    "<textarea>\n\n",
    "<xmp>",
    "</xmp>",
    "<plaintext>",
    "<script>",
    "</script>",
    "<script><!--",
    "<script>a<b</scr\r\n",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<noscript>",
    "</noscript>",
    "<iframe>",
    "</iframe>",
    "<template>",
    "</template>",
    "<head>",
    "</head>",
    "<body>",
    "</body>",
    "<html>",
    "</html>",
    "<html lang=en>",
    "<frameset>",
    "</frameset>",
    "<frame>",
    "<noframes>",
    "</noframes>",
    "<select>",
    "</select>",
    "<option>",
    "<optgroup>",
    "<button>",
    "</button>",
    "<form>",
    "</form>",
    "<input type=hidden>",
    "<input>",
    "<svg>",
    "</svg>",
    "<g>",
    "<desc>",
    "<foreignObject>",
    "<math>",
    "</math>",
    "<mi>",
    "<annotation-xml>",
    "<i aria-hidden=true>",
    "<ruby>",
    "<rp>",
    "<rt>",
    "<object>",
    "</object>",
    "<marquee>",
    "<dialog>",
    "<details>",
    "<summary>",
    "<meta charset=x>",
    "<link>",
    "<base>",
];

fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        20 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => "[ -~]{0,6}",
        1 => "\\PC{0,4}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat().replace('\u{feff}', ""))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tree_is_that_of_a_plain_parse(source in markup(), mark in any::<bool>()) {
        let source = if mark { format!("\u{feff}{source}") } else { source };
        let tree = HtmlTree::parse(&source);
        prop_assert!(tree.html().tree == Html::parse_document(&source).tree, "{}", tree.html().html());
    }

    #[test]
    fn chunks_tile_the_text_nodes(source in markup()) {
        let tree = HtmlTree::parse(&source);
        for node in tree.html().tree.nodes() {
            let Node::Text(text) = node.value() else { continue };
            let mut at = 0;
            for chunk in tree.chunks_of(node.id()) {
                prop_assert_eq!(chunk.text_start, at);
                prop_assert!(chunk.text_end > at);
                at = chunk.text_end;
            }
            prop_assert_eq!(at, text.len());
        }
    }

    #[test]
    fn chunks_come_from_where_they_say(source in markup()) {
        let tree = HtmlTree::parse(&source);
        let mut end = 0;
        for chunk in tree.chunks() {
            let text = tree.text(chunk);
            prop_assert!(chunk.source.start >= end, "{:?} before {}", chunk, end);
            end = chunk.source.end;
            let place = source.get(chunk.source.start..chunk.source.end);
            let place = place.expect("spans are on character boundaries");
            match chunk.origin {
                TextOrigin::Verbatim => prop_assert_eq!(place, text),
                TextOrigin::Replaced => {
                    let decoded = match place {
                        "\r" | "\r\n" => "\n".to_owned(),
                        "\0" => "\u{fffd}".to_owned(),
                        _ => {
                            prop_assert!(place.starts_with('&'), "{:?} from {:?}", text, place);
                            decode(place)
                        }
                    };
                    prop_assert_eq!(text, decoded, "from {:?}", place);
                }
            }
        }
    }

    #[test]
    fn start_tags_are_tags(source in markup()) {
        let tree = HtmlTree::parse(&source);
        let mut end = 0;
        for element in tree.elements() {
            let Some(span) = element.start_tag else { continue };
            prop_assert!(span.start >= end);
            end = span.end;
            let tag = source.get(span.start..span.end).expect("spans are on character boundaries");
            let tag = tag.replace('\0', "\u{fffd}");
            let node = tree.html().tree.get(element.node).expect("the element is in the tree");
            let name = node.value().as_element().expect("it is an element").name();
            let found = tag.strip_prefix('<').and_then(|tag| tag.get(..name.len()));
            prop_assert!(tag.ends_with('>'));
            prop_assert!(
                found.is_some_and(|found| found.eq_ignore_ascii_case(name)) || tag.starts_with("<image"),
                "{} at {:?}", name, tag
            );
        }
    }

    #[test]
    fn edits_are_sorted_and_apart(source in markup()) {
        let visible = visible_text(&source, &HtmlTree::parse(&source));
        let mut end = 0;
        for edit in &visible.edits {
            prop_assert!(end <= edit.start && edit.start <= edit.end, "{:?}", visible.edits);
            let removed = source.get(edit.start..edit.end).expect("edits are on character boundaries");
            prop_assert!(removed != edit.replacement, "{:?} changes nothing", edit);
            end = edit.end;
        }
    }

    #[test]
    fn edits_make_the_text_of_the_tree(source in markup()) {
        let tree = HtmlTree::parse(&source);
        let text = visible_text(&source, &tree).text(&source);
        let expected = reference(&Html::parse_document(&source));
        if is_in_tree_order(&tree) {
            prop_assert_eq!(text, expected);
        } else {
            prop_assert_eq!(letters(&text), letters(&expected));
        }
    }
}

/// `PROPTEST_CASES`, or what takes a few seconds.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400)
}

/// What a plain parse makes of a reference.
fn decode(reference: &str) -> String {
    let html = Html::parse_fragment(reference);
    html.tree.nodes().filter_map(|node| node.value().as_text().map(|text| text.text.to_string())).collect()
}

fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    letters.sort_unstable();
    letters
}

fn is_in_tree_order(tree: &HtmlTree) -> bool {
    let mut chunks = tree.chunks().iter().filter(|chunk| {
        let node = tree.html().tree.get(chunk.node).expect("the node is in the tree");
        node.ancestors().last().is_some_and(|top| top.value().is_document())
    });
    for node in tree.html().tree.root().descendants() {
        for _ in tree.chunks_of(node.id()) {
            if chunks.next().is_none_or(|chunk| chunk.node != node.id()) {
                return false;
            }
        }
    }
    true
}

/// Visible text of a tree by definition: slow, with the gap between two texts taken from the elements
/// whose border lies between them.
fn reference(html: &Html) -> String {
    let mut out = String::new();
    let mut gap = 0;
    let mut indent = String::new();
    let mut crossed: Vec<NodeId> = Vec::new();
    let cells = cells_with_lines(html);
    let mut hidden: Option<NodeId> = None;
    let (mut after_link, mut new_link) = (false, false);
    for edge in html.tree.root().traverse() {
        match edge {
            Edge::Open(node) if hidden.is_none() => match node.value() {
                Node::Element(element) if hides(element) => {
                    hidden = Some(node.id());
                    if strength(node) == 1 {
                        crossed.push(node.id());
                    }
                }
                Node::Element(element) => {
                    new_link |= element.name() == "a";
                    crossed.push(node.id());
                }
                Node::Text(text) if !is_bare_icon(node, text) => {
                    let shows = text.contains(|c: char| !c.is_ascii_whitespace());
                    if shows {
                        gap = gap.max(gap_of(html, &crossed, &cells));
                        let mut above = node.ancestors().filter_map(|above| above.value().as_element());
                        let in_link = above.any(|element| element.name() == "a");
                        gap = gap.max(usize::from(after_link && new_link && in_link));
                        (after_link, new_link) = (in_link, false);
                        crossed.clear();
                    }
                    let pre = node.ancestors().any(|above| is_html(above, &["pre", "listing", "xmp", "plaintext"]));
                    for c in text.chars() {
                        match (c.is_ascii_whitespace(), pre) {
                            (true, true) => indent.push(c),
                            (true, false) => {
                                gap = gap.max(1);
                                indent.clear();
                            }
                            (false, _) => {
                                if !pre && !indent.is_empty() {
                                    gap = gap.max(1);
                                    indent.clear();
                                }
                                if out.is_empty() || gap >= 3 {
                                    let cut = indent.rfind('\n').map_or(0, |at| at + 1);
                                    indent.drain(..cut);
                                }
                                if !out.is_empty() {
                                    out.push_str(["", " ", "\t", "\n", "\n\n"].get(gap).expect("five strengths"));
                                }
                                write!(out, "{indent}{c}").expect("a string can be written to");
                                indent.clear();
                                gap = 0;
                            }
                        }
                    }
                    if !pre && !indent.is_empty() {
                        gap = gap.max(1);
                        indent.clear();
                    }
                }
                _ => {}
            },
            Edge::Close(node) => {
                if hidden == Some(node.id()) {
                    hidden = None;
                } else if hidden.is_none() && node.value().is_element() && !is_html(node, &["br"]) {
                    crossed.push(node.id());
                }
            }
            Edge::Open(_) => {}
        }
    }
    out
}

/// The cells that hold two texts on different lines.
fn cells_with_lines(html: &Html) -> Vec<NodeId> {
    let mut cells = Vec::new();
    for cell in html.tree.nodes().filter(|node| is_html(*node, &["td", "th"])) {
        let mut crossed: Vec<NodeId> = Vec::new();
        let mut has_text = false;
        let mut hidden: Option<NodeId> = None;
        for edge in cell.traverse() {
            match edge {
                Edge::Open(node) if hidden.is_none() => match node.value() {
                    Node::Element(element) if hides(element) => hidden = Some(node.id()),
                    Node::Element(_) => crossed.push(node.id()),
                    Node::Text(text) if !is_bare_icon(node, text) && !text.chars().all(|c| c.is_ascii_whitespace()) => {
                        if has_text && gap_of(html, &crossed, &[]) >= 3 {
                            cells.push(cell.id());
                            break;
                        }
                        has_text = true;
                        crossed.clear();
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if hidden == Some(node.id()) {
                        hidden = None;
                    } else if hidden.is_none() && node.value().is_element() && !is_html(node, &["br"]) {
                        crossed.push(node.id());
                    }
                }
                Edge::Open(_) => {}
            }
        }
    }
    cells
}

/// The greatest gap of the crossed elements that stand in no crossed block.
fn gap_of(html: &Html, crossed: &[NodeId], cells: &[NodeId]) -> usize {
    let mut gap = 0;
    let mut breaks = 0;
    for id in crossed {
        let node = html.tree.get(*id).expect("the node is in the tree");
        if node.ancestors().any(|above| strength(above) > 1 && crossed.contains(&above.id())) {
            continue;
        }
        breaks += usize::from(is_html(node, &["br"]));
        gap = gap.max(if cells.contains(id) { 3 } else { strength(node) });
    }
    if breaks > 1 { 4 } else { gap }
}

fn strength(node: NodeRef<'_, Node>) -> usize {
    let lists = ["ul", "ol", "menu", "dir"];
    if is_html(node, &lists) && node.ancestors().any(|above| is_html(above, &["li"])) {
        3
    } else if is_html(node, &lists)
        || is_html(
            node,
            &[
                "html",
                "body",
                "p",
                "div",
                "h1",
                "h2",
                "hr",
                "dl",
                "table",
                "pre",
                "listing",
                "xmp",
                "plaintext",
                "form",
                "details",
                "dialog",
            ],
        )
    {
        4
    } else if is_html(node, &["br", "li", "dt", "dd", "tr", "tbody", "thead", "caption", "summary"]) {
        3
    } else if is_html(node, &["td", "th"]) {
        2
    } else {
        usize::from(is_html(node, &["button", "select", "textarea", "object", "iframe"]))
    }
}

fn is_html(node: NodeRef<'_, Node>, names: &[&str]) -> bool {
    node.value().as_element().is_some_and(|element| &*element.name.ns == HTML && names.contains(&element.name()))
}

fn is_bare_icon(node: NodeRef<'_, Node>, text: &str) -> bool {
    !text.contains(char::is_alphanumeric)
        && node
            .ancestors()
            .any(|above| above.value().as_element().is_some_and(|element| element.attr("aria-hidden") == Some("true")))
}

fn hides(element: &Element) -> bool {
    let always = [
        "head", "script", "style", "noscript", "template", "title", "textarea", "select", "option", "optgroup",
        "iframe", "noframes", "rp", "dialog",
    ];
    if &*element.name.ns != HTML {
        return ["title", "desc", "script", "style", "annotation-xml"].contains(&element.name());
    }
    always.contains(&element.name())
        || element.attr("hidden").is_some()
        || element.attr("style").is_some_and(|style| style.contains("none"))
}
