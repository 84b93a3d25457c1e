/** The tool that the model may ask for, in JSON schema. */
export const tool = {
  name: 'order',
  description: '주문을 넣는다',
  schema: /** @type {const} */ ({
    type: 'object',
    properties: { menu: { type: 'string' }, cups: { type: 'number' } },
  }),
};
