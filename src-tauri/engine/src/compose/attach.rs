//! Files that go with a draft: copied into the profile at once, so that nothing that happens to the original changes what is sent.

use super::Composing;
use crate::error::{Error, Result, UiError};
use crate::freeze;
use crate::store::draft_files::NewFile;
use crate::store::files;
use crate::view::{DraftFile, Id};
use base64::Engine as _;
use std::path::{Path, PathBuf};

/// What the window may hand over, in octets.
const MOST: usize = 50 * 1024 * 1024;

impl Composing {
    /// Attaches files of this computer. Gives those that could be read; an error where none could.
    pub(crate) async fn attach_paths(&self, draft: Id, paths: Vec<PathBuf>) -> Result<Vec<DraftFile>> {
        let mut added = Vec::new();
        let mut failed = None;
        for path in paths {
            match self.attach_path(draft, &path).await {
                Ok(file) => added.push(file),
                Err(e) => failed = Some(Error::Ui(Box::new(UiError::from(e).with("path", path.display())))),
            }
        }
        self.changed(draft).await;
        match failed {
            Some(e) if added.is_empty() => Err(e),
            _ => Ok(added),
        }
    }

    async fn attach_path(&self, draft: Id, path: &Path) -> Result<DraftFile> {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if !tokio::fs::metadata(path).await?.is_file() {
            return Err(Error::Invalid("path"));
        }
        let (file, size) = freeze::keep_file(&self.house.profile, path.to_owned(), "draft").await?;
        let mime = mime_of(&name).to_owned();
        let new = NewFile { name, mime, size, file: Some(file), ..NewFile::default() };
        self.house.store.add_draft_file(draft, &new).await
    }

    /// Attaches what was pasted or dropped. An inline picture gets a Content-ID; what only says that it is one is an attachment.
    pub(crate) async fn attach_bytes(
        &self,
        draft: Id,
        name: String,
        mime: String,
        bytes: &str,
        inline: bool,
    ) -> Result<DraftFile> {
        if bytes.len() > MOST / 3 * 4 + 4 {
            return Err(Error::TooLarge("more than 50 MB".into()));
        }
        let bytes = base64::engine::general_purpose::STANDARD.decode(bytes).map_err(|_| Error::Invalid("bytes"))?;
        let picture = letter::picture::mime(&bytes).filter(|_| inline && letter::picture::is_sound(&bytes));
        let mime = match picture {
            Some(mime) => mime.to_owned(),
            None if mime.is_empty() => mime_of(&name).to_owned(),
            None => mime,
        };
        let size = bytes.len() as u64;
        let cid = picture.map(|_| format!("{:032x}@restante", rand::random::<u128>()));
        let file = freeze::keep(&self.house.profile, bytes).await?;
        let new = NewFile { name: letter::filename::safe(&name, &mime), mime, size, cid, file: Some(file), part: None };
        let added = self.house.store.add_draft_file(draft, &new).await?;
        self.changed(draft).await;
        Ok(added)
    }

    /// Takes a file out.
    pub(crate) async fn detach(&self, draft: Id, file: Id) -> Result<()> {
        self.house.store.detach(draft, file).await?;
        self.changed(draft).await;
        Ok(())
    }

    /// An inline picture as a `data:` URL; of a quoted message it is fetched where it is not here.
    pub(crate) async fn picture(&self, draft: Id, file: Id) -> Result<String> {
        let stored = self.house.store.draft_file(draft, file).await?;
        let path = match (stored.file, stored.part) {
            (Some(name), _) => files::folder(&self.house.profile).join(name),
            (None, Some((message, section))) => self.transfers.here(message, &section).await?,
            (None, None) => return Err(Error::Gone("the picture".into())),
        };
        let bytes = tokio::fs::read(path).await?;
        let picture = crate::engine::Picture::of(bytes).ok_or(Error::Invalid("picture"))?;
        let text = base64::engine::general_purpose::STANDARD.encode(&picture.bytes);
        Ok(format!("data:{};base64,{text}", picture.mime))
    }
}

/// The type of a file by its name: those that people send. A wrong guess only costs a symbol.
fn mime_of(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "heic" => "image/heic",
        "svg" => "image/svg+xml",
        "txt" | "log" => "text/plain",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        "ics" => "text/calendar",
        "vcf" => "text/vcard",
        "eml" => "message/rfc822",
        "zip" => "application/zip",
        "gz" | "tgz" => "application/gzip",
        "json" => "application/json",
        "xml" => "application/xml",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "odp" => "application/vnd.oasis.opendocument.presentation",
        "rtf" => "application/rtf",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        _ => "application/octet-stream",
    }
}
