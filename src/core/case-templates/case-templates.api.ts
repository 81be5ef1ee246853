import type { caseTemplatesContract } from '../../shared/contract/case-templates.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { TemplateApplier } from './apply-template.ts';
import type { CaseTemplatesService } from './case-templates.service.ts';

export const createCaseTemplatesApi = (
  service: CaseTemplatesService,
  applier: TemplateApplier,
): Handlers<typeof caseTemplatesContract, CallContext> => ({
  'caseTemplates.list': () => service.list(),
  'caseTemplates.create': ({ actor }, { name, ...body }) => service.create(actor, name, body),
  'caseTemplates.update': ({ actor }, { id, name, body }) => service.update(actor, id, name, body),
  'caseTemplates.duplicate': ({ actor }, { id }) => service.duplicate(actor, id),
  'caseTemplates.remove': ({ actor }, { id }) => {
    service.remove(actor, id);
    return {};
  },
  'caseTemplates.preview': (_ctx, { id, caseId }) => applier.preview(id, caseId),
  'caseTemplates.apply': ({ actor }, { id, caseId }) => applier.applyTemplate(actor, id, caseId),
  'caseTemplates.export': (_ctx, { id, shape }) => service.export(id, shape),
  'caseTemplates.import': ({ actor }, input) => service.import(actor, input),
});
