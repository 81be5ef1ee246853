import { callQuery } from '../../api/query.ts';

export const templatesQuery = callQuery('caseTemplates.list', {}, ['template']);

export const templatePreviewQuery = (id: string, caseId: string) =>
  callQuery('caseTemplates.preview', { id, caseId }, ['template', 'case', 'task', 'field'], caseId);
