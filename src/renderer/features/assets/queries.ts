import { callQuery } from '../../api/query.ts';

export const assetQuery = (caseId: string, id: string) =>
  callQuery('assets.get', { caseId, id }, ['asset', 'observable', 'timeline', 'case']);

export const otherAssetsQuery = (caseId: string, text: string) =>
  callQuery('assets.others', { caseId, text }, ['asset'], caseId);
