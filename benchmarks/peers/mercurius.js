// Mercurius with its own pubsub: node mercurius.js PORT

import { readFileSync } from "node:fs";
import fastify from "fastify";
import mercurius from "mercurius";

const TOPIC = "ratings";

let subscribers = 0;

const app = fastify();
app.register(mercurius, {
  schema: readFileSync(new URL("feed.graphql", import.meta.url), "utf8"),
  resolvers: {
    Subscription: {
      // All events; the benchmark's subscribers wait for the same ones.
      ratings: {
        subscribe: async (_root, _arguments, { pubsub }) => {
          const events = await pubsub.subscribe(TOPIC);
          subscribers += 1;
          events.once("close", () => {
            subscribers -= 1;
          });
          return events;
        },
      },
    },
  },
  subscription: true,
});

// Each line of a body is the answer for one event.
app.addContentTypeParser("application/x-ndjson", { parseAs: "string" }, (_request, body, done) => done(null, body));
app.post("/publish", { bodyLimit: 64 * 1024 * 1024 }, async (request, reply) => {
  for (const line of request.body.split("\n").filter(Boolean)) {
    app.graphql.pubsub.publish({ topic: TOPIC, payload: { ratings: JSON.parse(line).data.ratings } });
  }
  reply.code(204).send();
});

app.get("/subscribers", async () => String(subscribers));

await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 2048 });
