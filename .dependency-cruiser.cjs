// The import rules of DESIGN.md 3 as data. `npm run imports` also plants a violation and fails when it is not found,
// because a checker that parses nothing reports nothing.
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.tsx?$' },
  to: { pathNot: allowed },
});
const ANY_PACKAGE = 'node_modules';
const BUILTIN = '^(node:)?[a-z_/]+$';

module.exports = {
  forbidden: [
    only(
      'shared-is-alone',
      '^src/shared/',
      ['^src/shared/', 'node_modules/zod'],
      'shared runs anywhere; it depends on zod only',
    ),
    only(
      'analysis',
      '^src/analysis/',
      ['^src/(analysis|shared)/', ANY_PACKAGE, BUILTIN],
      'analysis → shared and parser libraries',
    ),
    only(
      'analyzers',
      '^(analyzers|responders)/',
      // Mailer's own client.
      ['^src/(analysis|shared)/', '^(analyzers|responders)/', 'node_modules/nodemailer/', BUILTIN],
      'analyzers, responders → analysis, shared',
    ),
    only(
      'core',
      '^src/core/(?!engine/worker/)',
      ['^src/(core|shared)/', '^src/analysis/', ANY_PACKAGE, BUILTIN],
      'core → shared; analysis only through the worker',
    ),
    {
      name: 'core-runs-no-analysis',
      comment: 'Parsers of hostile files run in the sandboxed worker; the core may know their types only.',
      severity: 'error',
      from: { path: '^src/core/(?!engine/worker/)', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/analysis/', dependencyTypesNot: ['type-only'] },
    },
    only(
      'server-and-cli',
      '^src/(server|cli)/',
      ['^src/(server|cli|core|shared)/', ANY_PACKAGE, BUILTIN],
      'server, cli → core, shared',
    ),
    only(
      'main-is-thin',
      '^src/main/(?!core-entry)',
      ['^src/(main|shared)/', 'node_modules/(electron|electron-store|conf)/', BUILTIN],
      'main knows the core by its entry only',
    ),
    only('preload', '^src/preload/', ['^src/shared/', 'node_modules/electron/', BUILTIN], 'preload → shared types'),
    only(
      'renderer',
      '^src/renderer/(?!vite\\.config)',
      ['^src/(renderer|shared)/', ANY_PACKAGE, '^virtual:components$'],
      'renderer → shared, and the list that its build makes',
    ),
    {
      name: 'electron-only-in-its-host',
      severity: 'error',
      from: { pathNot: '^(src/(main|preload)|test)/' },
      to: { path: '(^|/)node_modules/electron/|^electron$' },
    },
    {
      name: 'nothing-imports-test',
      severity: 'error',
      from: { pathNot: '^test/|\\.test\\.tsx?$|^(vitest|playwright)\\.config\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^electron$|^virtual:components$|\\?' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(out|coverage)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
