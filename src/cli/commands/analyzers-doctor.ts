import type { DoctorLine } from '../../shared/contract/doctor.ts';
import type { Action } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { withSession } from '../session.ts';
import { printable, table, type Terminal } from '../terminal.ts';

/** `osmia analyzers doctor`: one line an analyzer, for the first engagement's OFFLINE switch; then defects. */
export const doctor: Action<[]> = (context) =>
  withSession(context, 'default-if-there', async ({ api }) => {
    const { signal, terminal } = context;
    const [engagement] = await api['engagements.list']({}, { signal });
    const asked = engagement === undefined ? {} : { engagementId: engagement.id };
    const lines = await api['analyzers.doctor'](asked, { signal });
    const defects = await api['analyzers.defects']({}, { signal });
    if (terminal.isJson) {
      const analyzers = lines.map(({ flavorId, state, line, reasons, notes }) => ({
        id: flavorId,
        canRun: state !== 'cannot',
        state,
        line,
        ...(state === 'cannot' && reasons[0] !== undefined ? { reason: reasons[0] } : {}),
        reasons,
        notes,
      }));
      terminal.json({ analyzers, defects });
      return EXIT.done;
    }
    const rows = lines.map((one) => [stateWords(terminal, one), printable(one.flavorId), printable(one.line)]);
    for (const row of table(rows)) terminal.line(row);
    for (const d of defects) {
      const kind = d.isFatal ? terminal.style('red', 'broken') : terminal.style('yellow', 'defect');
      terminal.line(`${kind}  ${printable([d.source, d.file, d.message].filter((part) => part !== '').join(': '))}`);
    }
    const ready = lines.filter(({ state }) => state !== 'cannot').length;
    terminal.note(`${ready} of ${lines.length} can run; ${defects.length} defects in descriptors.`);
    return EXIT.done;
  });

function stateWords(terminal: Terminal, { state }: DoctorLine): string {
  if (state === 'ready') return terminal.style('green', 'can run');
  return state === 'needs_link' ? terminal.style('yellow', 'offline') : terminal.style('red', 'cannot');
}
