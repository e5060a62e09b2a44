//! A user of the governance end without a browser: logs in and reads warnings and figures.

use crate::account::Account;
use anyhow::{Context, Result};
use reqwest::header::{COOKIE, SET_COOKIE};
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows asked for at once; the API's own limit.
const PAGE_ROWS: u32 = 500;

/// A logged-in session.
#[derive(Debug)]
pub(crate) struct Session {
    client: reqwest::Client,
    base: String,
    cookie: String,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Value>,
    next: Option<String>,
}

impl Session {
    /// Logs in.
    pub(crate) async fn open(client: reqwest::Client, base: &str, account: &Account) -> Result<Self> {
        let url = format!("{base}/api/v1/session");
        let login = json!({ "name": account.name, "password": account.password });
        let answer = client.post(&url).json(&login).send().await.with_context(|| format!("logging in at {url}"))?;
        let answer = answer.error_for_status()?;
        let cookie = answer.headers().get(SET_COOKIE).context("the login set no cookie")?.to_str()?;
        let cookie = cookie.split(';').next().context("a cookie has a name and a value")?.to_owned();
        Ok(Self { client, base: base.to_owned(), cookie })
    }

    /// All warnings, newest first.
    pub(crate) async fn warnings(&self) -> Result<Vec<Value>> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.read(&format!("/warnings?limit={PAGE_ROWS}{after}")).await?;
            let page: Page = serde_json::from_value(page)?;
            all.extend(page.items);
            match page.next {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(all),
            }
        }
    }

    /// The center's figures.
    pub(crate) async fn overview(&self) -> Result<Value> {
        self.read("/overview").await
    }

    async fn read(&self, path: &str) -> Result<Value> {
        let url = format!("{}/api/v1{path}", self.base);
        let answer = self.client.get(&url).header(COOKIE, &self.cookie).send().await;
        let answer = answer.with_context(|| format!("asking {url}"))?.error_for_status()?;
        answer.json().await.with_context(|| format!("answer of {url}"))
    }
}
