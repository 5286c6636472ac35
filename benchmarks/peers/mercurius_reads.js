// Mercurius with its JIT, answering the four measured reads of benchmarks.reads: node mercurius_reads.js PORT DATABASE_URL
//
// One statement for each read, as the hand-written limit has it. Scores are raw means: no estimates, no intervals, and of
// a place in a ranking nothing but the rank. So it has less to work out than the others.

import { createHmac, hkdfSync } from "node:crypto";
import fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const CRITERIA = ["efficacy", "safety", "tolerability", "accessibility", "adherence", "preference"];
const LEVELS = [1, 2, 3, 4, 5];
const LEAST_RATINGS = 5;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PAIRS = [...LETTERS].flatMap((first) => [...LETTERS].map((second) => first + second));
const BANDS = [[4, "EARLY"], [14, "ESTABLISHED"], [24, "EXPERIENCED"], [80, "SENIOR"]];
const TIMESTAMP_WITH_TIME_ZONE = 1184;

const schema = `
  type Query { drug(id: ID!): Drug drugs(ids: [ID!]): DrugConnection! indication(id: ID!): Indication }
  type DrugConnection { edges: [DrugEdge!]! }
  type DrugEdge { node: Drug! }
  type Drug {
    slug: String! name: String! brandNames: [String!]! drugClass: String
    treatments(first: Int): TreatmentConnection! ratings(first: Int): RatingConnection!
  }
  type TreatmentConnection { edges: [TreatmentEdge!]! }
  type TreatmentEdge { node: Treatment! }
  type Treatment { drug: Drug! indication: Indication! score: Score! }
  type Indication { slug: String! name: String! ranking(first: Int): RankingConnection! }
  type RankingConnection { edges: [RankingEdge!]! }
  type RankingEdge {
    rank: Int! rankLower: Int! rankUpper: Int! pScore: Float! probabilityBest: Float! group: String!
    ratingCount: Int! estimate: Estimate! node: Treatment!
  }
  type Score { ratingCount: Int! evidence: String! overall: Estimate }
  type Estimate { value: Float! lower: Float! upper: Float! }
  type RatingConnection { edges: [RatingEdge!]! }
  type RatingEdge { node: Rating! }
  type Rating {
    id: ID! efficacy: Int safety: Int tolerability: Int accessibility: Int adherence: Int preference: Int
    comment: String createdAt: String! physician: Physician!
  }
  type Physician { handle: String! specialty: String! country: String! experience: String! }
`;

// The mean of the means of the criteria, in SQL, so that a row holds a number and not thirty.
const means = CRITERIA.map((criterion) => {
  const sum = LEVELS.map((level) => `${level} * cell.${criterion}_${level}`).join(" + ");
  const count = LEVELS.map((level) => `cell.${criterion}_${level}`).join(" + ");
  return `(${sum})::float8 / NULLIF(${count}, 0)`;
});
const MEAN = `(SELECT AVG(mean) FROM (VALUES ${means.map((mean) => `(${mean})`).join(", ")}) AS of_criteria(mean))`;

const TREATMENTS = `
  SELECT indication.slug, indication.name, cell.rating_count, ${MEAN} AS mean
  FROM treatment JOIN indication ON indication.id = treatment.indication_id
  LEFT JOIN cell ON cell.drug_id = treatment.drug_id AND cell.segment_kind = 0 AND cell.segment_value = ''
    AND cell.indication_id = treatment.indication_id
  WHERE treatment.drug_id = $1 ORDER BY mean DESC NULLS LAST, treatment.id LIMIT $2`;

const RANKING = `
  SELECT drug.slug, drug.name, cell.rating_count, ${MEAN} AS mean
  FROM cell JOIN drug ON drug.id = cell.drug_id
  WHERE cell.indication_id = $1 AND cell.segment_kind = 0 AND cell.segment_value = ''
    AND cell.rating_count >= ${LEAST_RATINGS} ORDER BY mean DESC, drug.id LIMIT $2`;

// As benchmarks/by_hand_stores.py has it.
const RATINGS = `
  SELECT found.*, specialty.name AS specialty FROM (
    SELECT given.position, rating.id, ${CRITERIA.map((criterion) => `rating.${criterion}`).join(", ")},
      rating.comment, rating.created_at, rating.physician_id,
      physician.country, physician.years_in_practice, physician.specialty_id
    FROM unnest($1::int[]) WITH ORDINALITY AS given(drug_id, position)
    CROSS JOIN LATERAL (
      SELECT * FROM rating WHERE rating.drug_id = given.drug_id ORDER BY created_at DESC, id DESC LIMIT $2
    ) AS rating
    CROSS JOIN LATERAL (SELECT * FROM physician WHERE id = rating.physician_id LIMIT 1) AS physician
    OFFSET 0
  ) AS found JOIN specialty ON specialty.id = found.specialty_id
  ORDER BY found.position, found.created_at DESC, found.id DESC`;

pg.types.setTypeParser(TIMESTAMP_WITH_TIME_ZONE, (text) => `${text.replace(" ", "T")}:00`);
const pool = new pg.Pool({ connectionString: process.argv[3], max: 5, options: "-c timezone=UTC" });
const rows = async (name, text, values) => (await pool.query({ name, text, values })).rows;

const [{ pseudonym_key: secret }] = await rows("key", "SELECT pseudonym_key FROM installation WHERE id = 1", []);
const key = Buffer.from(hkdfSync("sha256", secret, "", "physicians' handles", 32));

const handle = (physician) => {
  const digest = createHmac("sha256", key).update(`moderators ${physician}`).digest();
  let bits = digest.readUIntBE(0, 5);
  let letters = "";
  for (let place = 0; place < 4; place += 1) {
    letters = PAIRS[bits % 1024] + letters;
    bits = Math.floor(bits / 1024);
  }
  return `Physician ${letters.slice(0, 4)}-${letters.slice(4)}`;
};

const keyOf = (id) => Number(Buffer.from(id, "base64").toString().split(":")[1]);
const estimate = (value) => (value === null ? null : { value, lower: value, upper: value });
const edges = (nodes) => ({ edges: nodes.map((node) => ({ node })) });

const rating = (row) => ({
  id: Buffer.from(`Rating:${row.id}`).toString("base64"),
  ...Object.fromEntries(CRITERIA.map((criterion) => [criterion, row[criterion]])),
  comment: row.comment,
  createdAt: row.created_at,
  physician: {
    handle: handle(row.physician_id),
    specialty: row.specialty,
    country: row.country,
    experience: BANDS.find(([last]) => row.years_in_practice <= last)[1],
  },
});

const DRUGS = `
  SELECT drug.id, drug.slug, drug.name, drug.brand_names AS "brandNames", drug.drug_class AS "drugClass"
  FROM unnest($1::int[]) WITH ORDINALITY AS given(id, position) JOIN drug ON drug.id = given.id ORDER BY given.position`;

const app = fastify();
app.register(mercurius, {
  schema,
  jit: 1,
  resolvers: {
    Query: {
      drug: async (_root, { id }) => (await rows("drugs", DRUGS, [[keyOf(id)]]))[0],
      drugs: async (_root, { ids }) => edges(await rows("drugs", DRUGS, [ids.map(keyOf)])),
      indication: (_root, { id }) => ({ id: keyOf(id) }),
    },
    Drug: {
      treatments: async (drug, { first }) =>
        edges(
          (await rows("treatments", TREATMENTS, [drug.id, first])).map((row) => ({
            indication: { slug: row.slug, name: row.name },
            score: {
              ratingCount: row.rating_count ?? 0,
              evidence: row.rating_count ? "EARLY" : "NONE",
              overall: estimate(row.mean),
            },
          })),
        ),
    },
    Indication: {
      ranking: async (indication, { first }) => ({
        edges: (await rows("ranking", RANKING, [indication.id, first])).map((row, place) => ({
          rank: place + 1,
          rankLower: place + 1,
          rankUpper: place + 1,
          pScore: 0,
          probabilityBest: 0,
          group: "MIDDLE",
          ratingCount: row.rating_count,
          estimate: estimate(row.mean),
          node: {
            drug: { slug: row.slug, name: row.name },
            score: { ratingCount: row.rating_count, evidence: "EARLY", overall: estimate(row.mean) },
          },
        })),
      }),
    },
  },
  loaders: {
    Drug: {
      // All drugs of a level in one statement; they are asked for as many.
      async ratings(queries) {
        const found = await rows("ratings", RATINGS, [queries.map(({ obj }) => obj.id), queries[0].params.first]);
        const ofDrug = queries.map(() => []);
        for (const row of found) ofDrug[Number(row.position) - 1].push(rating(row));
        return ofDrug.map(edges);
      },
    },
  },
});

app.get("/alive", async () => "");

await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 2048 });
