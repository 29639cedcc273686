use super::*;
use std::sync::OnceLock;

fn finder() -> &'static TimeFinder {
    static ONE: OnceLock<TimeFinder> = OnceLock::new();
    ONE.get_or_init(|| TimeFinder::new(&Knowledge::embedded()).unwrap())
}

fn find(text: &str, published: &str, kazakh: bool) -> Vec<String> {
    let stream = TokenStream::new(text);
    let published = published.parse().ok();
    finder()
        .find(&stream, 0, stream.len(), kazakh, published)
        .iter()
        .map(|h| h.iso().unwrap_or_else(|| "?".to_owned()))
        .collect()
}

#[test]
fn every_example_gives_its_value() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (kazakh, example) in finder().examples() {
        count += 1;
        let found = find(&example.text, &example.published, kazakh).join(" ");
        if found != example.expect {
            wrong.push(format!("{}: {:?} gives {found:?}, not {:?}", example.place, example.text, example.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 100, "{count} examples");
}
