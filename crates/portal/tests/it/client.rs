//! A browser in small: keeps the cookie, sends the CSRF token, reads the answer.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::stage::PASSWORD;

const BODY_LEN_MAX: usize = 8 * 1024 * 1024;

pub(crate) struct Client {
    router: Router,
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Status and problem code, which must come as problem+json.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{}", self.text);
        (self.status.as_u16(), self.json()["code"].as_str().unwrap().to_owned())
    }
}

impl Client {
    pub(crate) fn new(router: &Router) -> Self {
        Self { router: router.clone(), cookie: None, csrf: None }
    }

    pub(crate) async fn logged_in(router: &Router, name: &str) -> Self {
        let mut client = Self::new(router);
        let answer = client.log_in(name, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        client
    }

    pub(crate) async fn log_in(&mut self, name: &str, password: &str) -> Answer {
        let answer = self.post("/api/v1/session", &json!({ "name": name, "password": password })).await;
        if answer.status == StatusCode::OK {
            let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
            self.cookie = Some(set.split(';').next().unwrap().to_owned());
            self.csrf = Some(answer.json()["csrf_token"].as_str().unwrap().to_owned());
        }
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, document: &Value) -> Answer {
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(document.to_string())).unwrap()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path).body(Body::empty()).unwrap()).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "box.example");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-csrf-token", csrf);
        }
        request
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, BODY_LEN_MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }
}
