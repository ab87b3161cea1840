/**
 * Import directions of the house, checked by dependency-cruiser (`npm run check`). Each rule was broken once on
 * purpose to see it fail. The reasons stand in docs/architecture.md.
 */
const forbid = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    forbid('no-cycles', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    forbid('shared-knows-nobody', { path: '^shared/' }, { path: '^(client|sync-server|tests|prisma)/' }),
    forbid(
      'shared-has-no-platform',
      { path: '^shared/', pathNot: '\\.test\\.ts$' },
      { dependencyTypes: ['core'] },
      'shared runs in browsers, workers and Node alike',
    ),
    forbid(
      'domain-is-pure',
      { path: '^shared/(domains|merge|kernel)/', pathNot: '\\.test\\.ts$' },
      { dependencyTypes: ['core', 'npm'], pathNot: 'node_modules/zod/' },
    ),
    forbid(
      'merge-below-domains',
      { path: '^shared/(merge|kernel)/' },
      { path: '^shared/(domains|protocol)/' },
    ),
    forbid('kernel-below-all', { path: '^shared/kernel/' }, { path: '^shared/(?!kernel/)' }),
    forbid('client-and-server-never-meet', { path: '^client/' }, { path: '^(sync-server|prisma)/' }),
    forbid('server-and-client-never-meet', { path: '^(sync-server|prisma)/' }, { path: '^client/' }),
    forbid(
      'features-are-islands',
      { path: '^client/features/([^/]+)/' },
      { path: '^client/features/', pathNot: '^client/features/$1/' },
    ),
    forbid(
      'modules-are-islands',
      { path: '^sync-server/modules/([^/]+)/' },
      { path: '^sync-server/modules/', pathNot: '^sync-server/modules/($1/|[^/]+\\.ts$)' },
    ),
    forbid(
      'client-flows-down',
      { path: '^client/(drafts|replica|keys|transport)/' },
      { path: '^client/(routes|features|app|ui)/' },
    ),
    forbid('features-below-routes', { path: '^client/features/' }, { path: '^client/(routes|app)/' }),
    forbid(
      'replica-below-drafts',
      { path: '^client/(replica|keys|transport)/' },
      { path: '^client/drafts/' },
    ),
    forbid(
      'keys-and-transport-at-the-bottom',
      { path: '^client/(keys|transport)/' },
      { path: '^client/(?!(keys|transport)/)' },
    ),
    forbid(
      'worker-holds-the-keys',
      { path: '^client/(app|routes|features|drafts|ui)/' },
      { path: '^client/(keys|transport|replica/worker|kiosk/worker)/', pathNot: 'keys/idle-lock\\.ts$' },
      'pages never touch keys, tokens or the socket',
    ),
    forbid(
      'devices-carry-no-parsers',
      { path: '^client/(keys|transport|replica)/', pathNot: '\\.test\\.ts$' },
      { path: '^shared/protocol/messages\\.ts$', dependencyTypesNot: ['type-only'] },
      'the worker would be twice as large; what it needs of the protocol besides types is in terms.ts',
    ),
    forbid('ui-knows-no-domain', { path: '^client/ui/' }, { path: '^(client/(?!ui/)|shared/domains/)' }),
    forbid(
      'replication-knows-no-module',
      { path: '^sync-server/(replication|http|socket|platform)/' },
      { path: '^sync-server/modules/' },
    ),
    forbid(
      'platform-at-the-bottom',
      { path: '^sync-server/platform/' },
      { path: '^sync-server/(replication|http|socket|modules)/' },
    ),
    forbid(
      'replication-below-doors',
      { path: '^sync-server/replication/' },
      { path: '^sync-server/(http|socket)/' },
    ),
    forbid(
      'prisma-behind-readers',
      {
        path: '^sync-server/',
        pathNot: '(/platform/|-store\\.ts$|/change-feed\\.ts$|/(reader|transactor)\\.ts$)',
      },
      { path: '(@prisma/client|^prisma/generated/)', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'no-test-code-in-production',
      { path: '^(client|sync-server|shared|prisma)/', pathNot: '\\.test\\.tsx?$' },
      { path: '(\\.test\\.tsx?$|^tests/)' },
    ),
    forbid('not-to-unresolvable', {}, { couldNotResolve: true, pathNot: '^virtual:' }),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^prisma/generated/'] },
    exclude: { path: '^(dist|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
