//! `train`: fits the scorer and the scope model on gold articles.

use super::args::{Cli, TrainArgs};
use super::{Failure, knowledge, print};
use dalel::eval::Gold;
use dalel::extract::Extractor;
use dalel::extract::train::{Sample, fit, to_text};
use dalel::read::{self, Limits, Record};
use dalel::record::Article;
use std::path::Path;

pub fn run(args: &TrainArgs, cli: &Cli) -> Result<(), Failure> {
    let gold = Gold::open(&args.gold)?;
    let extractor = Extractor::new(&knowledge(cli, None)?)?;
    let mut keep = Vec::new();
    let mut scope = Vec::new();
    let inputs = read::discover(&args.gold).map_err(|e| Failure::new(2, e))?;
    for chunk in inputs.chunks() {
        let loaded = chunk.and_then(|chunk| chunk.load(&Limits::default())).map_err(|e| Failure::new(1, e))?;
        for record in loaded.records {
            let Record::Article(article) = record else { continue };
            if extractor.language(&article).is_none_or(|l| l.code != args.language) {
                continue;
            }
            for proposal in extractor.proposals(&article) {
                let verdict = gold.judge(&article.article_id, &proposal.mention);
                let id = article.article_id.clone();
                match &verdict {
                    // An optional event counts neither for nor against.
                    Ok(None) => continue,
                    Ok(Some(scopes)) => scope.push(Sample {
                        features: proposal.scope_features,
                        right: scopes.iter().any(|s| s.as_ref() == "aggregate"),
                        article: id.clone(),
                    }),
                    Err(()) => {}
                }
                keep.push(Sample { features: proposal.features, right: verdict.is_ok(), article: id });
            }
        }
    }
    examples(&extractor, &args.language, &mut keep);
    let right = keep.iter().filter(|s| s.right).count();
    print(format!("{}: {} candidates, {right} right; {} with a scope\n", args.language, keep.len(), scope.len()))?;
    write(&args.write.join(format!("{}.txt", args.language)), &to_text(&fit(&keep), args.threshold))?;
    write(&args.write.join(format!("{}_scope.txt", args.language)), &to_text(&fit(&scope), 0.5))
}

/// The rules' own examples are short texts that must keep their mentions: without them the scorer would know only
/// whole articles.
fn examples(extractor: &Extractor, language: &str, keep: &mut Vec<Sample>) {
    let Some(language) = [&extractor.russian, &extractor.kazakh].into_iter().find(|l| l.code == language) else {
        return;
    };
    for rule in &language.rules {
        for example in &rule.examples {
            let Some((text, expected)) = example.split_once("=>") else { continue };
            let article =
                Article { language: Some(language.code.into()), text: text.trim().into(), ..Article::default() };
            for proposal in extractor.proposals(&article) {
                let mention = &proposal.mention;
                let expected_object = expected.split_whitespace().next() == Some(&*mention.object);
                if mention.rule_id == *rule.id && expected_object {
                    keep.push(Sample { features: proposal.features, right: true, article: rule.id.to_string() });
                }
            }
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|e| Failure::new(1, format!("{}: {e}", path.display())))
}
