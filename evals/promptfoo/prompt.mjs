// The conversation that the live prompt makes of a case, as the system under test renders it.
export default async function render({ vars }) {
  const answer = await fetch(`${process.env.HOLDFAST_SYSTEM_URL}/render`, {
    method: 'POST',
    body: JSON.stringify({ schema: vars.schema, text: vars.text }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()).messages;
}
