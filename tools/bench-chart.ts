// npm run bench:chart: draws docs/images/bench.svg from the lines of docs/bench.jsonl.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawChart } from './bench/chart.ts';
import type { Result } from './bench/figures.ts';

const docs = path.resolve(import.meta.dirname, '../docs');
const lines = readFileSync(path.join(docs, 'bench.jsonl'), 'utf8').trim().split('\n');
const results = lines.map((line) => JSON.parse(line) as Result);
writeFileSync(path.join(docs, 'images/bench.svg'), drawChart(results));
