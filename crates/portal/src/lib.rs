//! What both web ends share: sessions, roles, problem+json, SSE, static assets.
