import { useState } from 'react';
import type { Pap, Tlp } from '../../../shared/model/marking.ts';

/** How accepted candidates enter the case. Undefined markings are the case's (or the engagement's) own. */
export interface AcceptOptions {
  caseId: string | null;
  title: string;
  tlp: Tlp | undefined;
  pap: Pap | undefined;
  tags: string[];
  isIoc: boolean;
  isSighted: boolean;
}

export const useAcceptOptions = (title: string) =>
  useState<AcceptOptions>({
    caseId: null,
    title,
    tlp: undefined,
    pap: undefined,
    tags: [],
    isIoc: false,
    isSighted: false,
  });
