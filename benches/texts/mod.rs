//! Texts of many languages that are repaired, made of sentences of our own.

/// Bytes of one document: long enough that work which grows with the document shows.
const DOCUMENT_BYTES: usize = 64 << 10;

/// Sentences of our own in each language, with the marks that the language writes.
pub(crate) const LANGUAGES: [(&str, &str); 16] = [
    ("english", "“Nobody believed it,” said the keeper — and he’d counted the days. The old piers stood on sand. "),
    ("ascii", "Repairs took longer than planned because the old piers stood on sand, not on rock. Why? Ask them. "),
    ("french", "« L’été fut très court », écrivit-elle à sa sœur, où déjà les forêts étaient dorées. Ça va ? "),
    ("german", "„Größe ist nicht alles“, sagte die Müllerin – und ließ die Tür für später offen. Übermorgen, 5 °C. "),
    ("polish", "„Źródło jest blisko” – mówił wędrowiec, a żółta łąka ciągnęła się aż do rzeki. Świt był chłodny. "),
    ("vietnamese", "Con đường nhỏ dẫn đến ngôi làng ở bên kia sông, nơi người ta bán cá và trái cây mỗi buổi sáng. "),
    ("turkish", "Köprünün üzerinden geçen yaşlı balıkçı, “Deniz bugün sakin” dedi. İstanbul’da hava güzeldi. "),
    ("russian", "«Мост открыли в понедельник», — сказал смотритель и закрыл книгу. До города было 12 км. Что же? "),
    ("greek", "«Η γέφυρα άνοιξε ξανά», είπε ο φύλακας και έκλεισε το βιβλίο· ήταν ήδη αργά το βράδυ. "),
    ("chinese", "老桥在星期一重新开放了，守塔人说：“没有人相信。”从这里到城里有十二公里。孩子们在河边玩耍。"),
    ("japanese", "古い橋は月曜日に開通した。「誰も信じなかった」と灯台守は言った。町まで１２キロメートルある。"),
    ("korean", "오래된 다리가 월요일에 다시 열렸다. “아무도 믿지 않았다”라고 등대지기가 말했다. "),
    ("arabic", "فُتح الجسر القديم يوم الاثنين، وقال حارس المنارة: «لم يصدق أحد ذلك». هل كان بعيدًا؟ "),
    ("hebrew", "הגשר הישן נפתח ביום שני, ואמר שומר המגדלור: ”איש לא האמין“. העיר רחוקה מכאן. "),
    ("hindi", "पुराना पुल सोमवार को फिर से खुल गया, और रखवाले ने कहा, “किसी को विश्वास नहीं था।” शहर दूर है। "),
    ("thai", "สะพานเก่าเปิดอีกครั้งในวันจันทร์ ผู้ดูแลประภาคารบอกว่า “ไม่มีใครเชื่อ” เมืองอยู่ไกลจากที่นี่ "),
];

/// One paragraph in so many is broken in a document that is.
const BROKEN: usize = 20;

/// A document of one language, in paragraphs of four sentences.
pub(crate) fn document(name: &str) -> String {
    let (_, sentence) = LANGUAGES.iter().find(|(known, _)| *known == name).expect("a name of the list");
    let paragraph = format!("{}\n\n", sentence.repeat(4).trim_end());
    paragraph.repeat(DOCUMENT_BYTES / paragraph.len())
}

/// The same with one paragraph in twenty read as Windows-1252.
pub(crate) fn broken_document(name: &str) -> String {
    let misread = |text: &str| encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned();
    let text = document(name);
    let paragraphs = text.split_inclusive("\n\n").enumerate();
    paragraphs.map(|(n, text)| if n % BROKEN == 0 { misread(text) } else { text.to_owned() }).collect()
}
