// graphql-ws over ws and graphql-js, with a queue for each subscriber: node graphql_ws.js PORT

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { buildSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";

const schema = buildSchema(readFileSync(new URL("feed.graphql", import.meta.url), "utf8"));
const queues = new Set();

// All events; the benchmark's subscribers wait for the same ones.
async function* events() {
  const queue = { waiting: [], wake: null };
  queues.add(queue);
  try {
    while (true) {
      while (queue.waiting.length) {
        yield queue.waiting.shift();
      }
      await new Promise((resolve) => {
        queue.wake = resolve;
      });
    }
  } finally {
    queues.delete(queue);
  }
}

function publish(event) {
  for (const queue of queues) {
    queue.waiting.push(event);
    queue.wake?.();
    queue.wake = null;
  }
}

// Each line of a body is the answer for one event; any other path tells how many have subscribed.
const server = createServer(async (request, response) => {
  if (request.url !== "/publish") {
    response.end(String(queues.size));
    return;
  }
  let body = "";
  for await (const part of request.setEncoding("utf8")) {
    body += part;
  }
  for (const line of body.split("\n").filter(Boolean)) {
    publish({ ratings: JSON.parse(line).data.ratings });
  }
  response.writeHead(204).end();
});

const sockets = new WebSocketServer({ server, path: "/graphql" });
useServer({ schema, roots: { subscription: { ratings: events } } }, sockets);
server.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 2048 });
