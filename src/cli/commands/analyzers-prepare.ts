import { AppError } from '../../shared/errors.ts';
import { flavorNamed } from '../choose-flavors.ts';
import type { Action } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { withSession } from '../session.ts';
import { printable } from '../terminal.ts';

interface Options {
  python?: string;
  index?: string;
  yes?: boolean;
}

/** `osmia analyzers prepare ID`: shows what making its environment sends; with --yes makes it. */
export const prepare: Action<[string, Options]> = (context, id, { python, index, yes }) =>
  withSession(context, 'default', async ({ api }) => {
    const { signal, terminal } = context;
    const flavor = flavorNamed(await api['analyzers.list']({}, { signal }), id);
    if (flavor.environmentId === null)
      throw new AppError('invalid_input', `${flavor.name} asks for no Python packages (it has no requirements.txt).`);
    if (index !== undefined && !/^https?:$/.test(URL.parse(index)?.protocol ?? ''))
      throw new AppError('invalid_input', '--index takes the whole address of a package index, https://….');
    const choice = { id: flavor.environmentId, ...(python && { python }), ...(index && { index }) };
    const plan = await api['environments.plan'](choice, { signal });
    if (!terminal.isJson) {
      terminal.line(`Python ${printable(plan.python.version)}: ${printable(plan.requirements.join(', '), 1_000)}`);
      for (const line of plan.ignored) terminal.line(terminal.style('yellow', `left out  ${printable(line)}`));
      terminal.line(
        plan.needsLink
          ? `The names of these packages go to ${printable(plan.hosts.join(', '))}. Nothing of any case does.`
          : 'Nothing leaves this machine: every package is here.',
      );
    }
    if (yes !== true) {
      if (terminal.isJson) terminal.json({ plan });
      else terminal.note('Nothing was sent. Add --yes to make it.');
      return EXIT.done;
    }
    await api['environments.make']({ ...choice, hasConsent: true }, { signal });
    // Interrupted here, nothing half made is left.
    const stop = (): void => void api['environments.cancel']({ id: choice.id });
    signal.addEventListener('abort', stop, { once: true });
    const environment = await api['environments.wait']({ id: choice.id }, {});
    signal.removeEventListener('abort', stop);
    if (terminal.isJson) terminal.json({ plan, environment });
    else if (environment.failure === null) {
      const { packages, bytes } = environment;
      terminal.line(
        `Made: ${packages.length} packages, ${Math.ceil(bytes / 2 ** 20)} MiB. It needs no link from now on.`,
      );
    }
    if (environment.failure === null) return EXIT.done;
    if (!terminal.isJson) terminal.note(printable(environment.failure.message, 500));
    return EXIT.failed;
  });
