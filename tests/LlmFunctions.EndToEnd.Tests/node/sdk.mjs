// Calls the router with the openai SDK as applications do, and prints what it got as one JSON object.
import OpenAI, { toFile } from "openai";

const client = new OpenAI({ baseURL: process.argv[2], apiKey: "any" });
const messages = [{ role: "user", content: "Hello" }];
const tools = [
  { type: "function", function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } } },
];

const chat = await client.chat.completions.create({ model: "m", messages });

let streamed = "";
let usage = null;
const stream = await client.chat.completions.create({ model: "m", messages, stream: true, stream_options: { include_usage: true } });
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}

const call = await client.chat.completions.create({ model: "m", messages, tools, tool_choice: "required" });

const callStreamed = { name: "", arguments: "" };
for await (const chunk of await client.chat.completions.create({ model: "m", messages, tools, tool_choice: "required", stream: true })) {
  for (const part of chunk.choices[0]?.delta?.tool_calls ?? []) {
    callStreamed.name += part.function?.name ?? "";
    callStreamed.arguments += part.function?.arguments ?? "";
  }
}

const embeddings = await client.embeddings.create({ model: "m", input: ["one", "two"] });
const response = await client.responses.create({ model: "m", input: "Hello" });

let responseStreamed = "";
let responseUsage = null;
for await (const event of await client.responses.create({ model: "m", input: "Hello", stream: true })) {
  if (event.type === "response.output_text.delta") responseStreamed += event.delta;
  if (event.type === "response.completed") responseUsage = event.response.usage;
}

const models = [];
for await (const model of client.models.list()) models.push(model.id);
const transcription = await client.audio.transcriptions.create({ model: "m", file: await toFile(Buffer.alloc(2000), "a.wav") });

let unknown = null;
try {
  await client.chat.completions.create({ model: "nope", messages });
} catch (error) {
  unknown = `${error.status} ${error.code}`;
}

console.log(
  JSON.stringify({
    chat: chat.choices[0].message.content,
    chatTokens: chat.usage.total_tokens,
    streamed,
    streamedTokens: usage.total_tokens,
    tool: call.choices[0].message.tool_calls[0].function.name,
    toolArguments: call.choices[0].message.tool_calls[0].function.arguments,
    toolStreamed: callStreamed.name,
    toolArgumentsStreamed: callStreamed.arguments,
    vectors: embeddings.data.map((one) => one.embedding),
    response: response.output_text,
    responseTokens: response.usage.total_tokens,
    responseStreamed,
    responseStreamedTokens: responseUsage.total_tokens,
    models: models.sort().join(),
    transcription: transcription.text,
    unknown,
  }),
);
