import { z } from 'zod';

/** The id of an ATT&CK technique or sub-technique, as MITRE numbers them. */
const FORM = /^T\d{4}(?:\.\d{3})?$/;

export const isTechniqueId = (text: string): boolean => FORM.test(text);

export const TechniqueId = z
  .string()
  .trim()
  .max(20)
  .transform((text) => text.toUpperCase())
  .refine(isTechniqueId, 'A technique is written T1566, a sub-technique T1566.001.');
