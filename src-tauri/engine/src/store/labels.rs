//! Labels: IMAP keywords with a name and a colour. The five that every client knows are there from the start; others are the
//! person's own. Messages keep the keyword on the server, so a label taken out here is taken out here alone.

use super::{Store, Write};
use crate::error::{Code, Error, Result, UiError};
use crate::view::LabelView;

/// Labels of one's own; more are refused.
const MOST: i64 = 200;
/// Octets of a keyword; servers cut or refuse longer ones.
const KEYWORD: usize = 60;
/// Characters of a name.
const NAME: usize = 60;

impl Store {
    /// Labels in the person's order.
    pub(crate) async fn labels(&self) -> Result<Vec<LabelView>> {
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT keyword, name, color FROM label ORDER BY position, keyword")
                .fetch_all(self.read())
                .await?;
        Ok(rows.into_iter().map(|(keyword, name, color)| LabelView { keyword, name, color }).collect())
    }

    /// Makes a label; its keyword comes from its name, as other clients make theirs.
    pub(crate) async fn make_label(&self, name: &str, color: &str) -> Result<LabelView> {
        let name = checked_name(name)?;
        checked_color(color)?;
        let keyword = keyword(&name);
        let mut tx = self.write().await?;
        let taken: i64 = sqlx::query_scalar("SELECT count(*) FROM label WHERE lower(keyword) = lower(?1) OR name = ?2")
            .bind(&keyword)
            .bind(&name)
            .fetch_one(&mut *tx)
            .await?;
        let all: i64 = sqlx::query_scalar("SELECT count(*) FROM label").fetch_one(&mut *tx).await?;
        if taken > 0 || all >= MOST {
            return Err(invalid());
        }
        sqlx::query("INSERT INTO label (keyword, position, name, color) VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM label), ?2, ?3)")
            .bind(&keyword)
            .bind(&name)
            .bind(color)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.keep_copy().await;
        Ok(LabelView { keyword, name, color: color.to_owned() })
    }

    /// Changes name and colour. One of the five may go back to the name that everybody knows: an empty one.
    pub(crate) async fn edit_label(&self, label: &LabelView) -> Result<()> {
        checked_color(&label.color)?;
        let name = if known(&label.keyword) && label.name.trim().is_empty() {
            String::new()
        } else {
            checked_name(&label.name)?
        };
        let mut tx = self.write().await?;
        sqlx::query("UPDATE label SET name = ?2, color = ?3 WHERE keyword = ?1")
            .bind(&label.keyword)
            .bind(name)
            .bind(&label.color)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.keep_copy().await;
        Ok(())
    }

    /// Sets the order of the labels; those that are not named come after them, in theirs.
    pub(crate) async fn order_labels(&self, keywords: &[String]) -> Result<()> {
        let named = serde_json::to_string(keywords).map_err(|e| Error::Internal(e.to_string()))?;
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE label SET position = w.at FROM (SELECT l.keyword, row_number() OVER (ORDER BY o.key IS NULL, o.key, l.position, l.keyword) AS at
                 FROM label l LEFT JOIN json_each(?1) o ON o.value = l.keyword) AS w WHERE w.keyword = label.keyword",
        )
        .bind(named)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.keep_copy().await;
        Ok(())
    }

    /// Takes a label out of this program.
    pub(crate) async fn remove_label(&self, keyword: &str) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM label WHERE keyword = ?1").bind(keyword).execute(&mut *tx).await?;
        tx.commit().await?;
        self.keep_copy().await;
        Ok(())
    }

    /// Which of these keywords are labels, in the order of the labels.
    pub(crate) async fn label_keywords(&self) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar("SELECT keyword FROM label ORDER BY position, keyword").fetch_all(self.read()).await?)
    }
}

/// Whether there is such a label.
pub(crate) async fn exists(tx: &mut Write, keyword: &str) -> Result<bool> {
    let n: i64 =
        sqlx::query_scalar("SELECT count(*) FROM label WHERE keyword = ?1").bind(keyword).fetch_one(&mut **tx).await?;
    Ok(n > 0)
}

/// Labels among the keywords of a place.
pub(crate) fn among(labels: &[String], keywords: &str) -> Vec<String> {
    if keywords.is_empty() {
        return Vec::new();
    }
    labels.iter().filter(|l| keywords.split(' ').any(|k| k.eq_ignore_ascii_case(l))).cloned().collect()
}

fn known(keyword: &str) -> bool {
    matches!(keyword, "$label1" | "$label2" | "$label3" | "$label4" | "$label5")
}

fn invalid() -> Error {
    Error::Ui(Box::new(UiError::new(Code::Invalid).with("field", "label")))
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        return Err(invalid());
    }
    Ok(name.to_owned())
}

fn checked_color(color: &str) -> Result<()> {
    let fine = color.len() == 7 && color.starts_with('#') && color.chars().skip(1).all(|c| c.is_ascii_hexdigit());
    if fine { Ok(()) } else { Err(Error::Invalid("color")) }
}

/// An atom (RFC 3501 §9) for a name: lower case, spaces as `_`, what an atom cannot hold as modified UTF-7, as Thunderbird does.
fn keyword(name: &str) -> String {
    let encoded = letter::mailbox_name::encode(&name.to_lowercase().replace(' ', "_"));
    let atom: String =
        encoded.chars().filter(|c| c.is_ascii_graphic() && !"(){%*\"\\]".contains(*c)).take(KEYWORD).collect();
    if atom.is_empty() { "label".to_owned() } else { atom }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_atoms() {
        for (name, atom) in
            [("Urgent", "urgent"), ("To pay", "to_pay"), ("Größe", "gr&APYA3w-e"), ("(*)%", "label"), ("a]b", "ab")]
        {
            assert_eq!(keyword(name), atom);
        }
    }
}
