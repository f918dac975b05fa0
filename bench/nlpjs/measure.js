// Trains nlp.js on [{text, intent}] and processes texts one by one.
// Usage: node measure.js DATA.json   with {"train": [...], "test": ["text", ...]}
// Prints one JSON object, shaped like what bench/rasa_worker.py prints.
'use strict';

const fs = require('fs');

const WARM_UP = 10;

async function main() {
  const data = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
  const began = process.hrtime.bigint();
  const { NlpManager } = require('node-nlp');
  const manager = new NlpManager({ languages: ['ja'], nlu: { log: false }, autoSave: false });
  const loaded = process.hrtime.bigint();
  for (const { text, intent } of data.train) manager.addDocument('ja', text, intent);
  const cpu = process.cpuUsage();
  await manager.train();
  const used = process.cpuUsage(cpu);
  // What a server does at its start: read the trained model back.
  const model = manager.export(true);
  const importing = process.hrtime.bigint();
  manager.import(model);
  const imported = process.hrtime.bigint();

  for (const text of data.test.slice(0, WARM_UP)) await manager.process('ja', text);
  const milliseconds = [];
  const intents = [];
  for (const text of data.test) {
    const start = process.hrtime.bigint();
    const result = await manager.process('ja', text);
    milliseconds.push(Number(process.hrtime.bigint() - start) / 1e6);
    // Below its threshold nlp.js answers "None"; the best guess counts, as for the others.
    const best = (result.classifications || []).find((item) => item.intent !== 'None');
    intents.push(best ? best.intent : result.intent);
  }
  console.log(
    JSON.stringify({
      cpu_seconds: (used.user + used.system) / 1e6,
      load_seconds: Number(loaded - began + imported - importing) / 1e9,
      megabytes: process.memoryUsage().rss / 1048576,
      milliseconds,
      intents,
    }),
  );
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
