import type { CaseTemplate, TemplateField, TemplateTask } from '../../../shared/contract/case-templates.ts';
import type { Engagement } from '../../../shared/contract/entities.ts';
import { fillCase, type TypedCase } from '../../../shared/model/fill-case.ts';
import { useQuery } from '@tanstack/react-query';
import { PapChip, Severity, Tag, TlpChip } from '../../ui/chips.tsx';
import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { fieldText } from '../custom-fields/field-text.ts';
import { fieldsQuery } from '../custom-fields/queries.ts';
import './case-templates.css';

/** What a new case will be, from the template and what was typed so far. */
export function NewCasePreview(props: {
  template: CaseTemplate;
  typed: TypedCase;
  engagement: Pick<Engagement, 'tlp' | 'pap'>;
}) {
  const { template, typed, engagement } = props;
  const filled = fillCase({ ...typed, title: typed.title.trim() }, template);
  return (
    <section className="template-preview" aria-label="What the template brings">
      {template.titlePrefix !== '' && (
        <span className="m breaks">
          <Text>{filled.title.trim()}</Text>
        </span>
      )}
      <span className="row tight wrap">
        <Severity value={filled.severity} />
        <TlpChip tlp={filled.tlp ?? engagement.tlp} />
        <PapChip pap={filled.pap ?? engagement.pap} />
        {filled.tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </span>
      <TemplateTaskList tasks={template.tasks} />
      <TemplateFieldList fields={template.fields} />
    </section>
  );
}

const MAX_SHOWN = 12;

export function TemplateTaskList({ tasks }: { tasks: readonly TemplateTask[] }) {
  if (tasks.length === 0) return null;
  return (
    <div>
      <span className="f12 t3">{plural(tasks.length, 'task')}</span>
      <ul className="f12">
        {tasks.slice(0, MAX_SHOWN).map((task, index) => (
          <li key={index} className="el">
            <Text>{task.title}</Text>{' '}
            <span className="t3">
              <Text>{[task.assignee, task.isMandatory ? 'mandatory' : ''].filter(Boolean).join(', ')}</Text>
            </span>
          </li>
        ))}
        {tasks.length > MAX_SHOWN && <li className="t3">and {tasks.length - MAX_SHOWN} more</li>}
      </ul>
    </div>
  );
}

export function TemplateFieldList({ fields }: { fields: readonly TemplateField[] }) {
  const { data } = useQuery(fieldsQuery);
  if (fields.length === 0) return null;
  return (
    <div>
      <span className="f12 t3">{plural(fields.length, 'field')}</span>
      <ul className="f12">
        {fields.slice(0, MAX_SHOWN).map(({ name, value }) => {
          const field = data?.find((each) => each.name === name);
          return (
            <li key={name} className="el">
              <Text>{field?.displayName ?? name}</Text>{' '}
              <span className="t3">
                <Text>{value === null ? 'to fill in' : fieldText(field?.type ?? 'string', value)}</Text>
              </span>
            </li>
          );
        })}
        {fields.length > MAX_SHOWN && <li className="t3">and {fields.length - MAX_SHOWN} more</li>}
      </ul>
    </div>
  );
}
