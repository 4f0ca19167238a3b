//! What may be written behind `scutch`.

use std::path::PathBuf;

use clap::builder::RangedI64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Most worker threads: more than the largest machines have cores; a system that cannot start as many
/// as it is asked for would end the run.
const MAX_THREADS: i64 = 1024;

/// Turns dirty scraped documents into clean, normalized JSONL with a record of every edit.
#[derive(Debug, Parser)]
#[command(
    name = "scutch",
    version,
    about,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:
  scutch ingest raw/                      clean a folder into clean/
  scutch verify clean/ --raw raw/         prove that nothing was lost
  scutch explain raw/003-salt-road.txt              see what is done to one document, and why
  scutch clean < page.html                clean one document in a pipe
  scutch rules test                       run the tests of all cleaning rules

Exit codes: 0 done; 1 done, but some documents failed or a check did not hold; 2 wrong arguments, \
configuration or rules, and nothing was written; 130 stopped with Ctrl-C, and the output folder is as it was."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Clean folders and files into an output folder, with a record of every edit
    Ingest(IngestArguments),
    /// Clean standard input to standard output
    Clean(CleanArguments),
    /// Show what is done to one document, and why
    Explain(ExplainArguments),
    /// Prove an output folder against its inputs: replay and undo every edit, reconcile the counts
    Verify(VerifyArguments),
    /// Test, list, show, check, lock and write cleaning rules
    Rules(RulesArguments),
    /// Find lines that repeat across the pages of a site, and propose rules for them
    Learn(LearnArguments),
    /// Show what other rules would do to a corpus
    Diff(DiffArguments),
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
    /// Print the manual page
    Man(ManArguments),
}

/// Settings that change what happens to a document. They go before the configuration file.
#[derive(Debug, Args)]
pub(super) struct SettingsArguments {
    /// Configuration file; default: `scutch.toml` in the current folder, if there is one
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Stages to run, of: decode,extract,repair,strip,normalize,annotate
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(super) stages: Option<Vec<String>>,
    /// How sure a rule must be to act
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<ProfileName>,
    /// What stays of a web page
    #[arg(long, value_name = "MODE")]
    pub(super) extract: Option<ExtractName>,
    /// Rule packs: built-in ones by name (`builtin` for all), own ones by folder; a list with commas, or repeated;
    /// `none` for none (the line model has a setting of its own)
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(super) rules: Vec<String>,
    /// Encoding of all inputs (`windows-1251`), or of those whose path fits (`dos/**=cp850`; repeatable, the first that
    /// fits counts), instead of finding it out
    #[arg(long, value_name = "[GLOB=]LABEL")]
    pub(super) encoding: Vec<String>,
    /// What standard input is [default: auto]
    #[arg(long, value_name = "FORMAT")]
    pub(super) from: Option<FromFormat>,
    /// Field of JSON records that holds the text [default: text]
    #[arg(long, value_name = "NAME")]
    pub(super) field: Option<String>,
    /// What the text of JSON records is [default: auto]
    #[arg(long, value_name = "KIND")]
    pub(super) content: Option<ContentName>,
    /// Extra evidence that lossy repairs need, in nats [default: 0]
    #[arg(long, value_name = "NATS", allow_negative_numbers = true)]
    pub(super) repair_margin: Option<f32>,
    /// Largest payload in bytes; a larger one is a counted failure [default: 67108864]
    #[arg(long, value_name = "BYTES", value_parser = RangedI64ValueParser::<u64>::new().range(0..), allow_negative_numbers = true)]
    pub(super) max_document_bytes: Option<u64>,
    /// Read files and folders in folders whose names begin with a dot, too
    #[arg(long)]
    pub(super) hidden: bool,
}

/// A profile, as spelled on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ProfileName {
    /// Rules of high confidence act
    Safe,
    /// Rules of high and medium confidence act (the default)
    Balanced,
    /// All rules act, those of low confidence where the line model agrees: for the full text of pages
    Aggressive,
}

/// What stays of a page, as spelled on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExtractName {
    /// The main text (the default)
    Article,
    /// All visible text
    All,
    /// The main text, without what is in doubt
    Precision,
    /// The main text, with what is in doubt
    Recall,
}

/// Formats of standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FromFormat {
    /// WARC if it starts like a record of that, JSONL if the first line starts like a JSON object, HTML if it starts like
    /// a page, else text
    Auto,
    /// One document of plain text
    Text,
    /// One page
    Html,
    /// One JSON record a line
    Jsonl,
    /// Records of a web archive: WARC, WET
    Warc,
}

/// A kind of content, as spelled on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ContentName {
    /// HTML if it starts like a page
    Auto,
    /// Always plain text
    Text,
    /// Always HTML
    Html,
}

/// `scutch ingest`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch ingest raw/
  scutch ingest raw/ -o out/ --profile safe
  scutch ingest crawl.jsonl.zst --field body --source my-crawl
  zcat crawl.jsonl.gz | scutch ingest - -o out/ --from jsonl
  scutch ingest CC-MAIN-20240517.warc.gz -o out/

Reads .txt .text .md (and files without an ending), .html .htm .xhtml, .jsonl .ndjson, .warc .wet .wat, each also as \
.gz .zst .bz2 .xz. Of web archives the records with documents are read, and the others counted; [filter] in scutch.toml \
says which documents are cleaned by status, media type, address, size and language. What standard input holds is told by its first bytes, or by `--from`. Every document \
ends in documents/, rejected/ or failed.jsonl; every edit is a line in changes/; manifest.json holds the \
counts.")]
pub(super) struct IngestArguments {
    /// Folders and files; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Output folder
    #[arg(short, long, value_name = "FOLDER", default_value = "clean")]
    pub(super) output: PathBuf,
    /// Replace the output of another run: of other settings, another corpus or other inputs
    #[arg(long)]
    pub(super) overwrite: bool,
    /// Worker threads; 0 for one a core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads(), allow_negative_numbers = true)]
    pub(super) threads: usize,
    /// Name of the corpus, the column `source` [default: name of the first input]
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// When the documents were added, the column `added`: a date, 2016-06-30, or a time,
    /// 2016-06-30T07:34:00Z; it is written as 2016-06-30T07:34:00.000Z
    #[arg(long, value_name = "TIMESTAMP")]
    pub(super) added: Option<String>,
    /// What changes/ holds [default: full]
    #[arg(long, value_name = "DETAIL")]
    pub(super) changes: Option<ChangesName>,
    /// Print nothing but errors and warnings
    #[arg(short, long)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
}

/// What `changes/` holds, as spelled on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ChangesName {
    /// Every change with the text before and after
    Full,
    /// Every change without the text before
    Spans,
    /// Nothing
    None,
}

/// Numbers of threads that a system can be asked for.
fn threads() -> RangedI64ValueParser<usize> {
    RangedI64ValueParser::new().range(0..=MAX_THREADS)
}

/// `scutch clean`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch clean < dirty.txt > clean.txt
  curl -s https://example.org/ | scutch clean --from html
  scutch clean --from jsonl --field body < in.jsonl > out.jsonl
  scutch clean --stages repair < mojibake.txt
  scutch clean < crawl.warc.gz > out.jsonl

JSONL in, JSONL out: one line for each line, in the same order. A record that failed or was rejected \
keeps its line, with the reason in metadata.status and metadata.reason; a blank line stays an empty \
line. With `--to text` the texts follow one another, and what has no text is named on standard error.")]
pub(super) struct CleanArguments {
    /// Taken so that the message can say what to do instead
    #[arg(hide = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// What to write [default: jsonl for JSONL and web archives, else text]
    #[arg(long, value_name = "FORMAT")]
    pub(super) to: Option<ToFormat>,
    /// Worker threads; 0 for one a core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads(), allow_negative_numbers = true)]
    pub(super) threads: usize,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
}

/// Formats of standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ToFormat {
    /// The clean text
    Text,
    /// One JSON document a line
    Jsonl,
}

/// `scutch explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch explain raw/003-salt-road.txt
  scutch explain crawl.jsonl --record 17
  scutch explain raw/003-salt-road.txt --stages repair
  scutch explain /data/crawl/recipes/soup.txt --root /data/crawl

[-removed-] and {+added+} text is followed by the rule in angle brackets, with its score if it is less than 1 and a \
note if there is one. Settings for some documents (per-path, by-path) fit the path below the folder that `ingest` is \
given: that of `--root`, else the first folder of FILE (crawl of crawl/misc/poem.txt), else the name of the file alone.")]
pub(super) struct ExplainArguments {
    /// The file
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Number of the record: the line in a JSONL file
    #[arg(long, value_name = "LINE", default_value_t = 1, value_parser = RangedI64ValueParser::<u64>::new().range(1..), allow_negative_numbers = true)]
    pub(super) record: u64,
    /// Folder that `ingest` is given: per-path and by-path settings fit paths below it [default: first folder of FILE]
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// When to use colors
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorWhen,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
}

/// When to use colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// `scutch verify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch verify clean/ --raw raw/")]
pub(super) struct VerifyArguments {
    /// The output folder of a run
    #[arg(value_name = "CLEAN")]
    pub(super) clean: PathBuf,
    /// The inputs of that run, in the same order; may be repeated
    #[arg(long, value_name = "RAW", required = true)]
    pub(super) raw: Vec<PathBuf>,
    /// Problems to show
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = RangedI64ValueParser::<usize>::new().range(0..), allow_negative_numbers = true)]
    pub(super) show: usize,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
}

/// `scutch rules`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch rules test                        all rules, cases and gold lines
  scutch rules test web.share              the rules of one family
  scutch rules test --rules ./my-rules     your own rules
  scutch rules list --rules web
  scutch rules show web.ad.label
  scutch rules show normalize              the rules of a stage")]
pub(super) struct RulesArguments {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Run the tests that rules carry
    Test(TestArguments),
    /// List all rules, one a line
    List {
        #[command(flatten)]
        packs: PackArguments,
    },
    /// Show what there is to know of a rule, or list the rules whose ids start so
    Show {
        /// Id of the rule, also as `explain` and changes/ name it, or the start of ids
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        packs: PackArguments,
    },
    /// Look for faults without running tests
    Check {
        #[command(flatten)]
        packs: PackArguments,
    },
    /// Write the digest of the rules into the configuration: a run with other rules is then an error
    Lock(LockArguments),
    /// Make a rule of lines, with tests that hold
    New(NewArguments),
    /// Show which rules match a line, which nearly do, and why not
    Explain(ExplainLineArguments),
}

/// `scutch rules test`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch rules test                        all rules, cases and gold lines
  scutch rules test web.share              the rules whose id starts so, alone
  scutch rules test --rules ./my-rules     your own packs
  scutch rules test --rule-file draft.toml one file, alone
  scutch rules test --coverage             what the tests do not touch
  scutch rules test --corpus raw/          also which rules have no hit there
  scutch rules test --format junit > rules.xml")]
pub(super) struct TestArguments {
    /// Only rules whose id starts so
    #[arg(value_name = "ID-PREFIX", default_value = "")]
    pub(super) prefix: String,
    /// Only the rules and cases of this file
    #[arg(long, value_name = "FILE", conflicts_with = "packs")]
    pub(super) rule_file: Option<PathBuf>,
    /// How to write what was found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: TestFormat,
    /// Show for each rule how many examples it has, phrases that no test hits, and languages without a phrase
    #[arg(long)]
    pub(super) coverage: bool,
    /// Count the hits of each rule in these folders and files, too; may be repeated
    #[arg(long, value_name = "PATH")]
    pub(super) corpus: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) packs: PackArguments,
}

/// Formats of test reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TestFormat {
    /// Failures, one a line, and a summary
    Text,
    /// One JSON object
    Json,
    /// `JUnit` XML, without coverage
    Junit,
}

/// `scutch rules new`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch rules new --from \"Tap to read more\" --keep \"Tap the wood to hear more.\"
  scutch rules new --from \"Story Code: 1\" --keep \"The story code is short.\" --pack my-rules/ --family utility

The rule drops lines that are one of those given with `--from`, whatever their case, numbers and decoration. It is tested \
before it is printed or written; if a test fails, nothing is written, the rule is shown with the error, and the exit code \
is 1. What goes wrong beside the built-in packs is warned of. The family says what the line is: other rules (those that \
take what stands below) and the line model go by it.")]
pub(super) struct NewArguments {
    /// A line that the rule takes; may be repeated
    #[arg(long, value_name = "LINE", required = true, allow_hyphen_values = true)]
    pub(super) from: Vec<String>,
    /// A line of real text that comes close and stays; may be repeated
    #[arg(long, value_name = "LINE", required = true, allow_hyphen_values = true)]
    pub(super) keep: Vec<String>,
    /// Folder of the pack to put the rule into, made if it is not there [default: print the rule]
    #[arg(long, value_name = "FOLDER")]
    pub(super) pack: Option<PathBuf>,
    /// Host name of a site that the rule is for, without `www.`; may be repeated [default: all sites]
    #[arg(long, value_name = "HOST")]
    pub(super) site: Vec<String>,
    /// Id of the rule [default: made of pack, family and line]
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    pub(super) id: String,
    /// Family of the rule [default: that of a built-in rule for nearly the same line, else `unknown`]
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(super) family: String,
}

/// `scutch rules explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch rules explain \"- ADVERTISEMENT -\"
  scutch rules explain \"Share this storry\" --rules web,./my-rules

`scutch explain FILE` shows what is done to a document.")]
pub(super) struct ExplainLineArguments {
    /// The line, in quotation marks
    #[arg(value_name = "LINE", allow_hyphen_values = true)]
    pub(super) line: String,
    #[command(flatten)]
    pub(super) packs: PackArguments,
}

/// `scutch rules lock`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch rules lock                        write [rules.lock] into scutch.toml
  scutch rules lock --check                in CI: exit code 1 if the rules are not the locked ones

Locked are the definitions of all rules that the configuration chooses, which of them act, overrides, the \
exceptions for paths and sites, `max-removed`, and the line model, if one is used.")]
pub(super) struct LockArguments {
    /// Change nothing; exit code 1 if the rules are not the locked ones
    #[arg(long)]
    pub(super) check: bool,
    /// Configuration file; default: `scutch.toml` in the current folder, which is made if it is not there
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// Which packs a `rules` command looks at.
#[derive(Debug, Args)]
pub(super) struct PackArguments {
    /// Rule packs: built-in ones by name (`builtin` for all), own ones by folder; a list with commas, or repeated
    /// [default: those of the configuration file, else all built-in ones]
    #[arg(long = "rules", value_name = "LIST", value_delimiter = ',')]
    pub(super) packs: Vec<String>,
    /// Configuration file; default: `scutch.toml` in the current folder, if there is one
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// `scutch learn`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch learn crawl/ -o rules/learned/
  scutch learn crawl.jsonl.zst --field body --min-pages 5 -o rules/learned/
  scutch rules test --rules rules/learned/           what was learned holds
  scutch diff builtin builtin,rules/learned crawl/ --proposed   what it would take out

The site of a document is the host of its `url` (of its record, or that its page names), else the folder that its \
file lies in, else the whole corpus. Texts are looked at as the rules see them: decoded, extracted and repaired; the line model has no part in it, \
so that lines that it takes are proposed, too. \
Proposed rules only tag documents until a person sets their status to `stable`; what is set to `rejected` is not \
proposed again. Rules are appended; nothing that stands in the folder is changed.")]
pub(super) struct LearnArguments {
    /// Folders and files
    #[arg(required = true, value_name = "CORPUS")]
    pub(super) paths: Vec<PathBuf>,
    /// Rule pack that proposals are added to; made if it is not there
    #[arg(short, long, value_name = "FOLDER", default_value = "rules/learned")]
    pub(super) output: PathBuf,
    /// Fewest pages of a site on which a line must stand
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = RangedI64ValueParser::<u32>::new().range(2..), allow_negative_numbers = true)]
    pub(super) min_pages: u32,
    /// Smallest part of a site's pages on which a line must stand, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0, value_parser = percent, allow_negative_numbers = true)]
    pub(super) min_share: f64,
    /// Propose lines that the chosen rules take already, too
    #[arg(long)]
    pub(super) include_taken: bool,
    /// Propose lines in the middle of varying text, too: running headings are among them
    #[arg(long)]
    pub(super) include_loose: bool,
    /// Memory for what is known of lines, in MiB; where it is too little, the corpus is read more often
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = RangedI64ValueParser::<usize>::new().range(8..=1 << 20), allow_negative_numbers = true)]
    pub(super) memory: usize,
    /// Worker threads; 0 for one a core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads(), allow_negative_numbers = true)]
    pub(super) threads: usize,
    /// Print nothing but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
}

/// `scutch diff`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch diff builtin builtin,./my-rules raw/
  scutch diff builtin builtin,rules/learned crawl/ --proposed --sample 500
  scutch diff old.toml scutch.toml crawl.jsonl --format json > diff.json
  scutch diff builtin ./rules crawl/ --budget \"sentence-drops<=0.01%,chars<=1%\"

Rules alone are compared: the line model, which takes lines that no rule takes, has no part in it.

Examples of lines that come out otherwise are worst first: known good lines, lines in the body, sentences, long \
lines, lines of one site alone. `- ` newly goes, `+ ` newly stays.

A budget is a list of `MEASURE<=NUMBER` or `MEASURE<=NUMBER%` with commas. Measures: lines, chars (newly dropped), \
documents (with any difference), sentence-drops, body-drops, long-drops, gold-drops (lines newly dropped that are such), \
kept-lines, kept-chars (newly kept). Percentages are of all lines, characters or documents of the sample. What exceeds \
the budget is named on standard error, and the exit code is 1.")]
pub(super) struct DiffArguments {
    /// The old rules: packs with commas between them (`builtin` for those of the program), or a configuration file
    #[arg(value_name = "OLD")]
    pub(super) old: String,
    /// The new rules, likewise
    #[arg(value_name = "NEW")]
    pub(super) new: String,
    /// Folders and files
    #[arg(required = true, value_name = "CORPUS")]
    pub(super) paths: Vec<PathBuf>,
    /// Documents to look at, always the same ones; 0 for all
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = RangedI64ValueParser::<usize>::new().range(0..), allow_negative_numbers = true)]
    pub(super) sample: usize,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "md")]
    pub(super) format: DiffFormat,
    /// What may differ at most, as `sentence-drops<=0.01%,chars<=1%`
    #[arg(long, value_name = "EXPR")]
    pub(super) budget: Option<String>,
    /// Let proposed and preview rules act as if they were stable
    #[arg(long)]
    pub(super) proposed: bool,
    /// Worker threads; 0 for one a core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads(), allow_negative_numbers = true)]
    pub(super) threads: usize,
    /// Print nothing but the report and errors
    #[arg(short, long)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
}

/// Formats of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// Markdown that fits into a pull request
    Md,
    /// JSON
    Json,
}

/// A number from 0 to 100.
fn percent(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "is not a number".to_owned())?;
    if (0.0..=100.0).contains(&number) { Ok(number) } else { Err("is not between 0 and 100".to_owned()) }
}

/// `scutch completions`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch completions bash > ~/.local/share/bash-completion/completions/scutch")]
pub(super) struct CompletionsArguments {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

/// `scutch man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  scutch man | man -l -
  scutch man --output man/")]
pub(super) struct ManArguments {
    /// Folder for one page per command, instead of printing the main one
    #[arg(long, value_name = "FOLDER")]
    pub(super) output: Option<PathBuf>,
}
