//! What box and center say to each other: messages, resume, receipts; no sockets.
