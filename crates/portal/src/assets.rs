//! The page itself: files of `assets_dir`, and `index.html` for every address the page routes by itself.

use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use tower_http::services::{ServeDir, ServeFile};

use crate::{Problem, ProblemCode};

/// Files under `assets/` carry a hash of their content in their name and never change.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Everything else is asked for again each time, cheaply by its date.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// Shown where the page has not been built: says what to do, in both languages.
const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>Yaoxia 药匣</title>\
    <p>页面文件未找到。请运行 <code>npm ci &amp;&amp; npm run build</code>（目录 <code>web/</code>），或在配置中改正 \
    <code>web.assets_dir</code>。</p><p lang=\"en\">The page's files are missing. Run <code>npm ci &amp;&amp; npm run build</code> \
    in <code>web/</code>, or mend <code>web.assets_dir</code> in the configuration.</p></html>";

/// Serves the folder. A missing file under `assets/` is missing; any other path is the page's own.
pub(crate) fn router(assets_dir: &Path) -> Router {
    let page = assets_dir.join("index.html");
    if page.exists() {
        tracing::info!(folder = %assets_dir.display(), "serving the page");
    } else {
        tracing::warn!(folder = %assets_dir.display(), "no index.html here: the page is missing, everything else runs");
    }
    let index = ServeFile::new(page);
    let files = ServeDir::new(assets_dir).append_index_html_on_directories(true).fallback(index);
    Router::new().fallback_service(files).layer(middleware::from_fn(kept))
}

async fn kept(request: Request, next: Next) -> Response {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return Problem::new(ProblemCode::MethodNotAllowed).into_response();
    }
    let hashed = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    if hashed && is_page(&response) {
        return Problem::new(ProblemCode::NotFound).into_response();
    }
    if response.status() == StatusCode::NOT_FOUND {
        response = (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response();
    }
    let policy = if hashed { IMMUTABLE } else { REVALIDATE };
    response.headers_mut().insert(header::CACHE_CONTROL, policy);
    response
}

fn is_page(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
