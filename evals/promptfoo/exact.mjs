// 1 where the answer is the expected object with its values, whatever the order of its names.
// Numbers are JavaScript's, to which 1 and 1.0 are one.
import { isDeepStrictEqual } from 'node:util';

export default function exact(output, { config }) {
  let answer = output;
  try {
    if (typeof output === 'string') answer = JSON.parse(output);
  } catch (error) {
    return { pass: false, score: 0, reason: `not JSON: ${error.message}` };
  }
  const pass = isDeepStrictEqual(answer, config.expected);
  const reason = pass ? 'as expected' : `not ${JSON.stringify(config.expected)}`;
  return { pass, score: pass ? 1 : 0, reason };
}
