/** A process that hosts a core and starts the kit's endless responder, to be killed: argv is folder, key in hex, kit. */
import { makeSession } from './make-session.ts';

const [dir = '', key = '', kit = ''] = process.argv.slice(2);
const { api } = await makeSession({ dir, master: Buffer.from(key, 'hex'), engine: { allowSandbox: false } });
await api['analyzers.addSource']({ path: kit });
const { id } = await api['cases.create']({ title: 'x' });
const responder = (await api['responders.list']({})).find((each) => each.name === 'KitHangs');
const preview = await api['responders.preview']({
  responderId: responder?.id ?? '',
  objects: [{ type: 'case', id }],
});
await api['responders.run']({ previewId: preview.id, indexes: [0] });
