// A gate before a server: while it is shut the server cannot be reached, as when it is restarted. Whatever the browser
// says goes through it byte by byte.
import { connect, createServer } from "node:net";

/**
 * @param {string} url of the server
 * @returns {Promise<{ url: string, shut: () => Promise<void>, open: () => Promise<void> }>}
 */
export async function gate(url) {
  const behind = new URL(url);
  const port = Number(behind.port === "" ? (behind.protocol === "https:" ? 443 : 80) : behind.port);
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  const server = createServer((from) => {
    const to = connect(port, behind.hostname);
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ]) {
      sockets.add(socket);
      socket.pipe(other);
      // One side gone, the other goes too; why does not matter here.
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  /** @param {number} at @returns {Promise<number>} */
  const listen = (at) =>
    new Promise((done, failed) => {
      server.once("error", failed);
      server.listen(at, "127.0.0.1", () => {
        const address = server.address();
        done(typeof address === "object" && address !== null ? address.port : at);
      });
    });
  const own = await listen(0);
  server.unref();
  return {
    url: `${behind.protocol}//127.0.0.1:${own}`,
    shut: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
    open: async () => {
      await listen(own);
      server.unref();
    },
  };
}
