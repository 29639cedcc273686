//! A dataset repository of the Hugging Face Hub.
//!
//! Large files go to its store by their SHA-256 (Git LFS), then one commit names all files, and a tag the version: a
//! reader sees the former version or the new one. What the store has already is not sent again. Protocol: the Hub's
//! `preupload`, LFS `batch`, `commit` and `tag` calls, as its own client `huggingface_hub` makes them.

use super::{Item, MANIFEST, UploadError, Uploaded, hex};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The branch that commits go to.
const BRANCH: &str = "main";
/// Largest file that the store takes in one request.
const LARGEST: u64 = 5_000_000_000;
/// How often a request is made before its error counts.
const TRIES: u32 = 5;

/// The repository.
#[derive(Debug)]
pub(super) struct Hub {
    client: Client,
    endpoint: String,
    token: String,
    repository: String,
}

impl Hub {
    pub(super) fn new(repository: &str) -> Result<Self, UploadError> {
        let token = std::env::var("HF_TOKEN").unwrap_or_default();
        if token.is_empty() {
            return Err(UploadError::Usage(format!(
                "hf://{repository}: no credentials in the environment: set HF_TOKEN"
            )));
        }
        let endpoint = std::env::var("HF_ENDPOINT").ok().filter(|e| !e.is_empty());
        let endpoint = endpoint.unwrap_or_else(|| "https://huggingface.co".to_owned());
        let client = Client::builder()
            .timeout(Duration::from_mins(10))
            .user_agent(concat!("dalel/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| UploadError::transfer(&endpoint, e))?;
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        Ok(Self { client, endpoint, token, repository: repository.to_owned() })
    }

    fn place(&self) -> String {
        format!("hf://{}", self.repository)
    }

    /// Publishes a version: nothing where its tag is there with the same content.
    pub(super) async fn put(
        &self,
        version: &str,
        items: &[Item],
        dry_run: bool,
        note: &dyn Fn(&str),
    ) -> Result<Uploaded, UploadError> {
        let place = format!("{} at {version}", self.place());
        let mut done = Uploaded { place, ..Uploaded::default() };
        if let Some(manifest) = self.file(version, MANIFEST).await? {
            if items.last().is_none_or(|own| own.sha256 != hex(&Sha256::digest(&manifest))) {
                return Err(UploadError::Immutable(done.place));
            }
            done.kept = items.len();
            return Ok(done);
        }
        let modes = self.modes(items).await?;
        let large: Vec<&Item> = items.iter().filter(|i| modes.get(&i.path).is_some_and(|m| m == "lfs")).collect();
        let links = if large.is_empty() { BTreeMap::new() } else { self.links(&large).await? };
        for item in items {
            if large.iter().any(|l| l.path == item.path) && !links.contains_key(&item.sha256) {
                done.kept += 1;
                continue;
            }
            done.sent.push(item.path.clone());
            done.bytes += item.size;
        }
        if dry_run {
            done.sent.iter().for_each(|path| note(&format!("{path} would be sent")));
            return Ok(done);
        }
        let mut stored = BTreeSet::new();
        for item in large {
            if let Some(link) = links.get(&item.sha256).filter(|_| stored.insert(&item.sha256)) {
                self.store(item, link).await?;
                note(&format!("{} sent", item.path));
            }
        }
        let commit = self.commit(version, items, &modes).await?;
        for item in items {
            let bytes = self.file(&commit, &item.path).await?;
            if bytes.is_none_or(|bytes| hex(&Sha256::digest(&bytes)) != item.sha256) {
                let place = format!("{}/{}", self.place(), item.path);
                return Err(UploadError::transfer(place, "what arrived is not what was sent"));
            }
        }
        note("all files verified");
        let tag = json!({"tag": version, "message": format!("Version {version}")}).to_string();
        let path = format!("/api/datasets/{}/tag/{commit}", self.repository);
        self.json(Method::POST, &path, "application/json", tag).await?;
        Ok(done)
    }

    /// Whether the Hub wants each file in the commit (`regular`) or in its store (`lfs`).
    async fn modes(&self, items: &[Item]) -> Result<BTreeMap<String, String>, UploadError> {
        let mut files = Vec::new();
        for item in items {
            let start = &read(item)?[..];
            let sample = base64(&start[..start.len().min(512)]);
            files.push(json!({"path": item.path, "size": item.size, "sample": sample}));
        }
        let path = format!("/api/datasets/{}/preupload/{BRANCH}", self.repository);
        let answer = self.json(Method::POST, &path, "application/json", json!({"files": files}).to_string()).await?;
        let modes = answer["files"].as_array().into_iter().flatten();
        Ok(modes.filter_map(|f| Some((f["path"].as_str()?.to_owned(), f["uploadMode"].as_str()?.to_owned()))).collect())
    }

    /// Where files that the store lacks are sent, by their hash.
    async fn links(&self, large: &[&Item]) -> Result<BTreeMap<String, Value>, UploadError> {
        if let Some(item) = large.iter().find(|item| item.size > LARGEST) {
            return Err(UploadError::Usage(format!(
                "{}: larger than 5 GB, which the Hub takes in one request",
                item.path
            )));
        }
        let objects: Vec<Value> = large.iter().map(|i| json!({"oid": i.sha256, "size": i.size})).collect();
        let body = json!({"operation": "upload", "transfers": ["basic"], "objects": objects, "hash_algo": "sha256"});
        let path = format!("/datasets/{}.git/info/lfs/objects/batch", self.repository);
        let answer = self.json(Method::POST, &path, "application/vnd.git-lfs+json", body.to_string()).await?;
        let mut links = BTreeMap::new();
        for object in answer["objects"].as_array().into_iter().flatten() {
            if let Some(message) = object["error"]["message"].as_str() {
                return Err(UploadError::transfer(self.place(), message));
            }
            if let (Some(oid), Some(_)) = (object["oid"].as_str(), object["actions"]["upload"]["href"].as_str()) {
                links.insert(oid.to_owned(), object["actions"].clone());
            }
        }
        Ok(links)
    }

    /// Sends a file to the store.
    async fn store(&self, item: &Item, actions: &Value) -> Result<(), UploadError> {
        let bytes = read(item)?;
        let upload = &actions["upload"];
        let href = upload["href"].as_str().unwrap_or_default();
        // The link carries its own authority: the token is not sent to whatever host it names.
        self.send(href, || headed(self.client.put(href), upload).body(bytes.clone())).await?;
        if let Some(href) = actions["verify"]["href"].as_str() {
            let body = json!({"oid": item.sha256, "size": item.size}).to_string();
            let request = || headed(self.client.post(href), &actions["verify"]).bearer_auth(&self.token);
            self.send(href, || request().header("content-type", "application/json").body(body.clone())).await?;
        }
        Ok(())
    }

    /// One commit with exactly these files; its id.
    async fn commit(
        &self,
        version: &str,
        items: &[Item],
        modes: &BTreeMap<String, String>,
    ) -> Result<String, UploadError> {
        let mut lines = vec![json!({"key": "header", "value": {"summary": format!("Version {version}")}})];
        for item in items {
            lines.push(if modes.get(&item.path).is_some_and(|mode| mode == "lfs") {
                let value = json!({"path": item.path, "algo": "sha256", "oid": item.sha256, "size": item.size});
                json!({"key": "lfsFile", "value": value})
            } else {
                let value = json!({"path": item.path, "content": base64(&read(item)?), "encoding": "base64"});
                json!({"key": "file", "value": value})
            });
        }
        let own: BTreeSet<&str> = items.iter().map(|i| i.path.as_str()).collect();
        let tree = format!("/api/datasets/{}/tree/{BRANCH}?recursive=true", self.repository);
        let tree = self.json(Method::GET, &tree, "", String::new()).await?;
        for entry in tree.as_array().into_iter().flatten().filter(|entry| entry["type"] == "file") {
            let Some(path) = entry["path"].as_str().filter(|path| !own.contains(path)) else { continue };
            if path != ".gitattributes" {
                lines.push(json!({"key": "deletedFile", "value": {"path": path}}));
            }
        }
        let body = lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n") + "\n";
        let path = format!("/api/datasets/{}/commit/{BRANCH}", self.repository);
        let answer = self.json(Method::POST, &path, "application/x-ndjson", body).await?;
        let commit = answer["commitOid"].as_str().map(str::to_owned);
        commit.ok_or_else(|| UploadError::transfer(self.place(), "the Hub told no commit"))
    }

    /// A file's bytes at a revision; none where it is not there.
    async fn file(&self, revision: &str, path: &str) -> Result<Option<Vec<u8>>, UploadError> {
        let url = format!("{}/datasets/{}/resolve/{revision}/{path}", self.endpoint, self.repository);
        match self.send(&url, || self.client.get(&url).bearer_auth(&self.token)).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Answer { status: Some(StatusCode::NOT_FOUND), .. }) => Ok(None),
            Err(answer) => Err(answer.into()),
        }
    }

    async fn json(&self, method: Method, path: &str, kind: &str, body: String) -> Result<Value, UploadError> {
        let url = format!("{}{path}", self.endpoint);
        let request = || {
            let request = self.client.request(method.clone(), &url).bearer_auth(&self.token);
            if body.is_empty() { request } else { request.header("content-type", kind).body(body.clone()) }
        };
        let bytes = self.send(&url, request).await?;
        Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Makes a request, again where the network or the server failed.
    async fn send(&self, url: &str, request: impl Fn() -> RequestBuilder) -> Result<Vec<u8>, Answer> {
        let mut wait = Duration::from_millis(300);
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = match request().send().await {
                Ok(response) if response.status().is_success() => match response.bytes().await {
                    Ok(bytes) => return Ok(bytes.to_vec()),
                    Err(e) => Answer { status: None, url: url.to_owned(), message: e.without_url().to_string() },
                },
                Ok(response) => {
                    let status = response.status();
                    let text = response.text().await.unwrap_or_default();
                    let text: String = text.chars().take(300).collect();
                    Answer { status: Some(status), url: url.to_owned(), message: format!("{status} {text}") }
                }
                Err(e) => Answer { status: None, url: url.to_owned(), message: e.without_url().to_string() },
            };
            let again = answer.status.is_none_or(|s| s.is_server_error() || s == StatusCode::TOO_MANY_REQUESTS);
            if !again || tries == TRIES {
                return Err(answer);
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }
}

/// An answer that is none.
#[derive(Debug)]
struct Answer {
    status: Option<StatusCode>,
    url: String,
    message: String,
}

impl From<Answer> for UploadError {
    fn from(answer: Answer) -> Self {
        let told = match answer.status {
            Some(StatusCode::UNAUTHORIZED) => "the Hub refuses the token in HF_TOKEN".to_owned(),
            Some(StatusCode::FORBIDDEN) => "the token in HF_TOKEN may not write here".to_owned(),
            Some(StatusCode::NOT_FOUND) => "no such dataset, or one that the token in HF_TOKEN may not see".to_owned(),
            // A server's answer may be a page.
            _ => answer.message.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let status = answer.status.map(|status| format!(" ({})", status.as_u16())).unwrap_or_default();
        // What stands behind the question mark of a link is its authority.
        Self::transfer(answer.url.split('?').next().unwrap_or_default(), told + &status)
    }
}

/// A request with the headers that an LFS action asks for.
fn headed(request: RequestBuilder, action: &Value) -> RequestBuilder {
    let headers = action["header"].as_object().into_iter().flatten();
    headers.fold(request, |request, (name, value)| request.header(name, value.as_str().unwrap_or_default()))
}

fn read(item: &Item) -> Result<Vec<u8>, UploadError> {
    std::fs::read(&item.local).map_err(|e| UploadError::transfer(item.local.display(), e))
}

/// Base64 of RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |all, byte| (all << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            text.push(if place > chunk.len() { '=' } else { char::from(DIGITS[digit as usize]) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let check = |text: &str, expect: &str| assert_eq!(base64(text.as_bytes()), expect);
        check("", "");
        check("f", "Zg==");
        check("fo", "Zm8=");
        check("foo", "Zm9v");
        check("foobar", "Zm9vYmFy");
    }
}
