import type { CustomFieldValue, customFieldsContract } from '../../shared/contract/custom-fields.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { AlertsService } from '../alerts/alerts.service.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { CallContext } from '../ports.ts';
import type { ChangeMeta } from '../sync/synced-store.ts';
import type { FieldOwner } from './custom-fields.repo.ts';
import type { CustomFieldsService } from './custom-fields.service.ts';

export function createCustomFieldsApi(deps: {
  fields: CustomFieldsService;
  cases: Pick<CasesService, 'get'>;
  alerts: Pick<AlertsService, 'get'>;
}): Handlers<typeof customFieldsContract, CallContext> {
  const { fields, cases, alerts } = deps;

  /** `not_found` where there is no such case or alert. */
  const metaOf = (actor: string, owner: FieldOwner, ownerId: string): ChangeMeta => {
    if (owner === 'case') return { actor, engagementId: cases.get(ownerId).engagementId, caseId: ownerId };
    const { engagementId, caseId } = alerts.get(ownerId);
    return { actor, engagementId, caseId };
  };
  const values = (owner: FieldOwner, ownerId: string): CustomFieldValue[] => fields.values(owner, ownerId);

  return {
    'customFields.list': () => fields.list(),
    'customFields.create': ({ actor }, input) => fields.create(actor, input),
    'customFields.update': ({ actor }, { id, patch }) => fields.update(actor, id, patch),
    'customFields.remove': ({ actor }, { id }) => {
      fields.remove(actor, id);
      return {};
    },
    'customFields.values': (_ctx, { owner, ownerId }) => values(owner, ownerId),
    'customFields.set': ({ actor }, { owner, ownerId, fieldId, value }) => {
      fields.setById(metaOf(actor, owner, ownerId), { owner, ownerId }, fieldId, value);
      return values(owner, ownerId);
    },
    'customFields.unset': ({ actor }, { owner, ownerId, fieldId }) => {
      fields.unset(metaOf(actor, owner, ownerId), { owner, ownerId }, fieldId);
      return values(owner, ownerId);
    },
    'customFields.arrange': ({ actor }, { owner, ownerId, fieldIds }) => {
      fields.arrange(metaOf(actor, owner, ownerId), { owner, ownerId }, fieldIds);
      return values(owner, ownerId);
    },
  };
}
