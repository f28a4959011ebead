// Gives the score and the reason that a recorded run has for this answer and metric.
const fs = require("fs");
const path = require("path");

const runs = {};

module.exports = (output, { vars, config, provider }) => {
  const arm = provider.id();
  runs[arm] ??= JSON.parse(fs.readFileSync(path.join(__dirname, `${arm}.json`), "utf8"));
  const [score, reason] = runs[arm][vars.id].scores[config.metric];
  return { pass: score >= 0.5, score, reason };
};
