// The cases of the extraction suite as tests: each keeps its id, which pairs it with its baseline.
import { readFileSync } from 'node:fs';

const CASES = new URL('../../datasets/extraction/test.jsonl', import.meta.url);

export default function tests() {
  // A few cases are enough to see whether everything runs.
  const limit = Number(process.env.HOLDFAST_CASES ?? Infinity);
  return readFileSync(CASES, 'utf8')
    .split('\n')
    .filter((line) => line.trim())
    .slice(0, limit)
    .map((line) => JSON.parse(line))
    .map(({ id, input, expected, tags }) => ({
      vars: input,
      metadata: { id, tags },
      assert: [
        {
          type: 'javascript',
          value: 'file://exact.mjs',
          metric: 'field_exactness',
          config: { expected },
        },
      ],
    }));
}
