//! Upper halves of the DOS encodings that the Encoding Standard lacks.
//!
//! From the mappings that Microsoft gave to the Unicode Consortium
//! (`unicode.org/Public/MAPPINGS/VENDORS/MICSFT/PC/CP*.TXT`); IBM00858 is IBM850 with the euro sign in
//! place of `ı`.

/// Bytes 0x80 to 0xFF of an encoding whose lower half is ASCII, in order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UpperHalf {
    name: &'static str,
    text: &'static str,
    /// The character of `text` in whose place the euro sign stands.
    euro_for: Option<char>,
}

impl UpperHalf {
    /// The registered name of the encoding.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// The characters of the bytes, 128 of them.
    pub(crate) fn chars(&self) -> impl Iterator<Item = char> {
        self.text.chars().map(|c| if self.euro_for == Some(c) { '€' } else { c })
    }
}

/// The United States.
pub(crate) static IBM437: UpperHalf = UpperHalf {
    name: "IBM437",
    text: concat!(
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
        "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    ),
    euro_for: None,
};

/// Greek.
pub(crate) static IBM737: UpperHalf = UpperHalf {
    name: "IBM737",
    text: concat!(
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
        "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀ωάέήϊίόύϋώΆΈΉΊΌΎΏ±≥≤ΪΫ÷≈°∙·√ⁿ²■\u{a0}",
    ),
    euro_for: None,
};

/// Western Europe.
pub(crate) static IBM850: UpperHalf = UpperHalf {
    name: "IBM850",
    text: concat!(
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
        "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
    ),
    euro_for: None,
};

/// Central Europe.
pub(crate) static IBM852: UpperHalf = UpperHalf {
    name: "IBM852",
    text: concat!(
        "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐",
        "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}",
    ),
    euro_for: None,
};

/// Cyrillic, before IBM866.
pub(crate) static IBM855: UpperHalf = UpperHalf {
    name: "IBM855",
    text: concat!(
        "ђЂѓЃёЁєЄѕЅіІїЇјЈљЉњЊћЋќЌўЎџЏюЮъЪаАбБцЦдДеЕфФгГ«»░▒▓│┤хХиИ╣║╗╝йЙ┐",
        "└┴┬├─┼кК╚╔╩╦╠═╬¤лЛмМнНоОп┘┌█▄Пя▀ЯрРсСтТуУжЖвВьЬ№\u{ad}ыЫзЗшШэЭщЩчЧ§■\u{a0}",
    ),
    euro_for: None,
};

/// Western Europe with the euro sign.
pub(crate) static IBM858: UpperHalf = UpperHalf { name: "IBM00858", text: IBM850.text, euro_for: Some('ı') };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_complete_and_without_doubles() {
        for half in [&IBM437, &IBM737, &IBM850, &IBM852, &IBM855, &IBM858] {
            let mut chars: Vec<char> = half.chars().collect();
            assert_eq!(chars.len(), 128, "{}", half.name());
            chars.sort_unstable();
            chars.dedup();
            assert_eq!(chars.len(), 128, "{}", half.name());
        }
    }

    /// The sum of each table's code points, each times its byte, as Python 3.11's codecs have it.
    #[test]
    fn tables_agree_with_another_reading_of_the_mappings() {
        let sum = |half: &UpperHalf| (0x80_u64..).zip(half.chars()).map(|(byte, c)| byte * u64::from(c)).sum::<u64>();
        let sums = [&IBM437, &IBM737, &IBM850, &IBM852, &IBM855, &IBM858].map(sum);
        assert_eq!(sums, [124_883_996, 118_165_555, 60_916_043, 60_735_696, 75_765_376, 62_632_610]);
    }
}
