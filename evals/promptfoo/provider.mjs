// The system under test as a provider: it goes on with the conversation that promptfoo hands it.
export default class Extraction {
  constructor(options) {
    this.label = options.label ?? 'extraction';
  }

  id() {
    return this.label;
  }

  async callApi(prompt, context) {
    const { schema, text } = context.vars;
    const answer = await fetch(`${process.env.HOLDFAST_SYSTEM_URL}/answer`, {
      method: 'POST',
      body: JSON.stringify({ schema, text, messages: JSON.parse(prompt) }),
    });
    const body = await answer.text();
    return answer.ok ? JSON.parse(body) : { error: `status ${answer.status}: ${body}` };
  }
}
