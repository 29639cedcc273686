//! A bucket of S3, or of a service that speaks its protocol (`AWS_ENDPOINT_URL`).

use super::{Item, Store, UploadError, hex};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientConfigKey, Error, MultipartUpload, ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions,
    PutPayload, RetryConfig,
};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::Read as _;
use std::time::Duration;

/// Bytes that are sent or read back at a time; a larger file goes in parts, which appear as one when all are there.
const PART: u64 = 16 << 20;

/// Environment variables of which one must be there: any of them says whose requests these are.
const IDENTITIES: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SKIP_SIGNATURE",
];

/// A version in a bucket.
#[derive(Debug)]
pub(super) struct Bucket {
    store: AmazonS3,
    name: String,
    folder: Path,
}

impl Bucket {
    pub(super) fn new(bucket: &str, prefix: &str, version: &str) -> Result<Self, UploadError> {
        let given = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if !IDENTITIES.iter().any(|name| given(name)) {
            let wanted = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_REGION, AWS_ENDPOINT_URL as needed)";
            return Err(UploadError::Usage(format!("s3://{bucket}: no credentials in the environment: {wanted}")));
        }
        let retry = RetryConfig {
            backoff: BackoffConfig { init_backoff: Duration::from_millis(200), ..BackoffConfig::default() },
            max_retries: 8,
            retry_timeout: Duration::from_secs(150),
        };
        let plain = std::env::var("AWS_ENDPOINT_URL").or_else(|_| std::env::var("AWS_ENDPOINT")).unwrap_or_default();
        // Without TLS only to this machine: anything else says so with AWS_ALLOW_HTTP.
        let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|host| plain.starts_with(host));
        let builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry);
        let builder = if here { builder.with_allow_http(true) } else { builder };
        // The default of 30 seconds is short for a part on a slow line.
        let builder = if given("AWS_TIMEOUT") {
            builder
        } else {
            builder.with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), "300 seconds")
        };
        let store = builder.build().map_err(|e| UploadError::Usage(format!("s3://{bucket}: {e}")))?;
        let folder = prefix.split('/').chain([version]).filter(|part| !part.is_empty()).collect();
        Ok(Self { store, name: bucket.to_owned(), folder })
    }

    fn at(&self, path: &str) -> Path {
        path.split('/').fold(self.folder.clone(), Path::join)
    }

    fn failed(&self, path: &str, error: &Error) -> UploadError {
        UploadError::transfer(format!("s3://{}/{}", self.name, self.at(path)), told(error))
    }
}

/// An error as somebody who publishes needs it: what to look at first.
fn told(error: &Error) -> String {
    match error {
        Error::Unauthenticated { .. } | Error::PermissionDenied { .. } => {
            "the server refuses these credentials: look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and \
             AWS_ENDPOINT_URL, and whether they may read and write in this bucket"
                .to_owned()
        }
        Error::NotFound { .. } => "there is no such bucket, or what was sent is gone".to_owned(),
        // A server's answer may be a page.
        _ => error.to_string().split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

fn local(item: &Item) -> Result<File, UploadError> {
    File::open(&item.local).map_err(|e| UploadError::transfer(item.local.display(), e))
}

fn part(file: &mut File, item: &Item) -> Result<Vec<u8>, UploadError> {
    let mut bytes = Vec::new();
    file.take(PART).read_to_end(&mut bytes).map_err(|e| UploadError::transfer(item.local.display(), e))?;
    Ok(bytes)
}

impl Store for Bucket {
    fn place(&self) -> String {
        format!("s3://{}/{}", self.name, self.folder)
    }

    async fn size(&self, path: &str) -> Result<Option<u64>, UploadError> {
        match self.store.head(&self.at(path)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed(path, &error)),
        }
    }

    async fn sha256(&self, path: &str) -> Result<String, UploadError> {
        let failed = |e: Error| self.failed(path, &e);
        let at = self.at(path);
        let size = self.store.head(&at).await.map_err(failed)?.size;
        let mut hasher = Sha256::new();
        if size <= PART {
            // Not every service answers a range that is the whole with a part.
            let answer = self.store.get(&at).await.map_err(failed)?;
            hasher.update(&answer.bytes().await.map_err(failed)?);
            return Ok(hex(&hasher.finalize()));
        }
        let mut from = 0;
        while from < size {
            let to = (from + PART).min(size);
            hasher.update(&self.store.get_range(&at, from..to).await.map_err(failed)?);
            from = to;
        }
        Ok(hex(&hasher.finalize()))
    }

    async fn put(&self, item: &Item) -> Result<(), UploadError> {
        let failed = |e: Error| self.failed(&item.path, &e);
        let at = self.at(&item.path);
        let mut file = local(item)?;
        if item.size <= PART {
            self.store.put(&at, PutPayload::from(part(&mut file, item)?)).await.map_err(failed)?;
            return Ok(());
        }
        let mut upload = self.store.put_multipart(&at).await.map_err(failed)?;
        match parts(upload.as_mut(), &mut file, item, failed).await {
            Ok(()) => Ok(()),
            Err(error) => {
                // Parts that nobody completes are paid for; the first error is the one that matters.
                let _ = upload.abort().await;
                Err(error)
            }
        }
    }

    async fn create(&self, item: &Item) -> Result<bool, UploadError> {
        let at = self.at(&item.path);
        let bytes = part(&mut local(item)?, item)?;
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&at, PutPayload::from(bytes.clone()), options).await {
            Ok(_) => Ok(true),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(false),
            // A service that knows no conditions: whether the file is there was asked before.
            Err(Error::NotImplemented { .. } | Error::NotSupported { .. }) => {
                self.store.put(&at, PutPayload::from(bytes)).await.map_err(|e| self.failed(&item.path, &e))?;
                Ok(true)
            }
            Err(error) => Err(self.failed(&item.path, &error)),
        }
    }

    async fn note(&self, path: &str, text: &str) -> Result<(), UploadError> {
        let payload = PutPayload::from(text.as_bytes().to_vec());
        self.store.put(&self.at(path), payload).await.map(|_| ()).map_err(|e| self.failed(path, &e))
    }

    async fn names(&self) -> Result<Vec<String>, UploadError> {
        let (mut names, mut folders) = (Vec::new(), vec![self.folder.clone()]);
        while let Some(folder) = folders.pop() {
            let listed = self.store.list_with_delimiter(Some(&folder)).await.map_err(|e| self.failed("", &e))?;
            folders.extend(listed.common_prefixes);
            let own =
                |at: &Path| at.as_ref().strip_prefix(self.folder.as_ref()).map(|p| p.trim_matches('/').to_owned());
            names.extend(listed.objects.iter().filter_map(|object| own(&object.location)));
        }
        Ok(names)
    }

    async fn remove(&self, path: &str) -> Result<(), UploadError> {
        match self.store.delete(&self.at(path)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed(path, &error)),
        }
    }
}

async fn parts(
    upload: &mut dyn MultipartUpload,
    file: &mut File,
    item: &Item,
    failed: impl Fn(Error) -> UploadError,
) -> Result<(), UploadError> {
    loop {
        let bytes = part(file, item)?;
        if bytes.is_empty() {
            break;
        }
        upload.put_part(PutPayload::from(bytes)).await.map_err(&failed)?;
    }
    upload.complete().await.map_err(failed).map(|_| ())
}
