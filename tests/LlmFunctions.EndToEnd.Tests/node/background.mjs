// What applications do with background responses. Prints what it got as one JSON object.
import OpenAI from "openai";

const [base, call, id] = process.argv.slice(2);
const client = new OpenAI({ baseURL: base, apiKey: "any" });
const response = await {
  create: () => client.responses.create({ model: "m", input: "think", background: true }),
  retrieve: () => client.responses.retrieve(id),
  cancel: () => client.responses.cancel(id),
}[call]();
console.log(JSON.stringify({ id: response.id, status: response.status, text: response.output_text ?? "" }));
