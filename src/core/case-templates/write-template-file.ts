import type { CaseTemplate } from '../../shared/contract/case-templates.ts';
import type { CustomFieldType } from '../../shared/contract/responders.ts';
import { papToNumber, tlpToNumber } from '../../shared/model/marking.ts';

/** `Case-Template__NAME.json`, with nothing in it that a file system minds. */
export const templateFileName = (name: string): string =>
  // oxlint-disable-next-line no-control-regex -- that is what is taken out
  `Case-Template__${name.replaceAll(/[\u0000-\u001f<>:"/\\|?*]+/gu, '_').slice(0, 120)}.json`;

/**
 * The file that another Osmia or TheHive 4 reads (`osmia` keeps what numbers cannot say), or, for TheHive 3, with no key
 * that it would refuse. `lost` names what the shape has no place for.
 */
export function writeTemplateFile(
  template: CaseTemplate,
  types: ReadonlyMap<string, CustomFieldType>,
  shape: 'thehive4' | 'thehive3',
): { text: string; lost: string[] } {
  const { name, titlePrefix, description, severity, tlp, pap, isFlagged, tags } = template;
  const common = {
    name,
    titlePrefix,
    description,
    ...(severity === null ? {} : { severity }),
    // amber+strict goes up to 3: a reader that knows no such level must not share it further.
    ...(tlp === null ? {} : { tlp: tlpToNumber(tlp) }),
    ...(pap === null ? {} : { pap: papToNumber(pap) }),
    flag: isFlagged,
    tags,
  };
  const whole = shape === 'thehive4' ? asFour(template, types, common) : asThree(template, types, common);
  return { text: `${JSON.stringify(whole, null, 2)}\n`, lost: shape === 'thehive4' ? [] : lostInThree(template) };
}

function asFour(template: CaseTemplate, types: ReadonlyMap<string, CustomFieldType>, common: object): object {
  return {
    ...common,
    displayName: template.displayName === '' ? template.name : template.displayName,
    summary: template.summary,
    tasks: template.tasks.map(({ title, group, description, assignee, isMandatory, dueDays }, order) => ({
      order,
      title,
      group: group === '' ? 'default' : group,
      description,
      status: 'Waiting',
      flag: false,
      ...(assignee === '' ? {} : { assignee }),
      ...(isMandatory ? { mandatory: true } : {}),
      ...(dueDays === null ? {} : { dueDays }),
    })),
    customFields: template.fields.map((field, order) => {
      const type = types.get(field.name) ?? 'string';
      // 4 has no addresses: they are texts there.
      return { name: field.name, type: type === 'url' ? 'string' : type, osmiaType: type, value: field.value, order };
    }),
    osmia: { tlp: template.tlp, pap: template.pap },
  };
}

function asThree(template: CaseTemplate, types: ReadonlyMap<string, CustomFieldType>, common: object): object {
  return {
    ...common,
    metrics: {},
    tasks: template.tasks.map(({ title, group, description, assignee }, order) => ({
      order,
      title,
      group: group === '' ? 'default' : group,
      description,
      ...(assignee === '' ? {} : { owner: assignee }),
    })),
    customFields: Object.fromEntries(
      template.fields.map(({ name, value }, index) => [
        name,
        { [typeInThree(types.get(name) ?? 'string')]: value, order: index + 1 },
      ]),
    ),
  };
}

const typeInThree = (type: CustomFieldType): string =>
  type === 'integer' || type === 'float' ? 'number' : type === 'url' ? 'string' : type;

function lostInThree(template: CaseTemplate): string[] {
  const lost: string[] = [];
  if (template.displayName !== '' && template.displayName !== template.name) lost.push('the display name');
  if (template.summary !== '') lost.push('the summary');
  if (template.tlp === 'amber+strict') lost.push('TLP amber+strict, which is red there');
  if (template.tasks.some(({ isMandatory }) => isMandatory)) lost.push('which tasks are mandatory');
  if (template.tasks.some(({ dueDays }) => dueDays !== null)) lost.push('when tasks are due');
  return lost;
}
