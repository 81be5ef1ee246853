import { IconCheck, IconFilter, IconMinus, IconX } from '@tabler/icons-react';
import type { ButtonHTMLAttributes, ComponentType, KeyboardEvent, ReactNode, Ref } from 'react';
import { count } from './format.ts';

type Icon = ComponentType<{ size?: number | string; stroke?: number | string }>;

interface ButtonProps
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'disabled' | 'aria-label' | 'aria-pressed'> {
  ref?: Ref<HTMLButtonElement>;
  /** Names an icon-only button. */
  label?: string;
  kind?: 'primary' | 'danger' | 'ghost' | undefined;
  size?: 'small' | undefined;
  isIcon?: boolean;
  isBlock?: boolean;
  isDisabled?: boolean | undefined;
  isPressed?: boolean;
  /** For screen readers; the caps are drawn by the caller. */
  keys?: string;
}

/** Takes what menus and popovers put on their target (ref, ids, handlers) as well. */
export function Button({
  label,
  kind,
  size,
  isIcon,
  isBlock,
  isDisabled,
  isPressed,
  keys,
  type = 'button',
  title,
  children,
  ...rest
}: ButtonProps) {
  const name = ['btn', kind, size, isIcon && 'icon', isBlock && 'block'].filter(Boolean).join(' ');
  return (
    <button
      {...rest}
      type={type}
      className={name}
      aria-label={label}
      title={title ?? label}
      aria-pressed={isPressed}
      aria-keyshortcuts={keys}
      disabled={isDisabled}
    >
      {children}
    </button>
  );
}

/** Moves the focus among siblings of a role with the arrow keys, as tab lists and radio groups want it. */
function moveFocus(event: KeyboardEvent<HTMLElement>, role: string): void {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(`[role="${role}"]`)];
  const next = items[items.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
}

export interface Choice<T extends string> {
  value: T;
  label: string;
  count?: number | undefined;
}

interface ChoicesProps<T extends string> {
  label: string;
  value: T;
  options: readonly Choice<T>[];
  onChange(value: T): void;
}

/** One of several in a row: the arrows move, one tab stop for all. */
function Choices<T extends string>(props: ChoicesProps<T> & { kind: 'radio' | 'tab' }) {
  const isTabs = props.kind === 'tab';
  return (
    <div
      className={isTabs ? 'tabs' : 'seg'}
      role={isTabs ? 'tablist' : 'radiogroup'}
      aria-label={props.label}
      onKeyDown={(event) => moveFocus(event, props.kind)}
    >
      {props.options.map((option) => {
        const isChosen = option.value === props.value;
        return (
          <button
            type="button"
            role={props.kind}
            key={option.value}
            {...(isTabs ? { 'aria-selected': isChosen } : { 'aria-checked': isChosen })}
            tabIndex={isChosen ? 0 : -1}
            onClick={() => props.onChange(option.value)}
          >
            {option.label}
            {option.count !== undefined && <span className="count">{count(option.count)}</span>}
          </button>
        );
      })}
    </div>
  );
}

export function Segmented<T extends string>(props: ChoicesProps<T>) {
  return <Choices {...props} kind="radio" />;
}

export function Tabs<T extends string>(props: ChoicesProps<T>) {
  return <Choices {...props} kind="tab" />;
}

export function Check(props: {
  label: string;
  state: 'on' | 'off' | 'mixed' | 'dashed';
  onToggle(): void;
  isDisabled?: boolean;
  /** In a grid the row's keys do the same; the box stays out of the tab order. */
  isInGrid?: boolean;
}) {
  const checked = props.state === 'mixed' ? 'mixed' : props.state === 'on';
  return (
    <button
      type="button"
      role="checkbox"
      className={props.state === 'dashed' ? 'check dashed' : 'check'}
      aria-label={props.label}
      aria-checked={checked}
      disabled={props.isDisabled}
      tabIndex={props.isInGrid ? -1 : 0}
      onClick={(event) => {
        event.stopPropagation();
        props.onToggle();
      }}
    >
      {props.state === 'mixed' ? <IconMinus size={11} stroke={2.5} /> : <IconCheck size={11} stroke={2.5} />}
    </button>
  );
}

export function FilterField({
  label,
  value,
  onChange,
  field,
}: {
  label: string;
  value: string;
  onChange(value: string): void;
  field?: Ref<HTMLInputElement>;
}) {
  return (
    <div className="field grow">
      <IconFilter size={14} stroke={1.75} aria-hidden="true" />
      <input
        ref={field}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          if (value === '') event.currentTarget.blur();
          else onChange('');
        }}
      />
      {value !== '' && (
        <button type="button" aria-label="Clear filter" onClick={() => onChange('')}>
          <IconX size={13} stroke={1.75} />
        </button>
      )}
    </div>
  );
}

export function FilterChip(props: { label: string; count?: number; isOn: boolean; onToggle(): void }) {
  return (
    <button type="button" className="filter-chip" aria-pressed={props.isOn} onClick={props.onToggle}>
      {props.label}
      {props.count !== undefined && <span className="count">{count(props.count)}</span>}
      {props.isOn && <IconX size={13} stroke={1.75} aria-hidden="true" />}
    </button>
  );
}

export function Empty(props: { icon: Icon; title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="empty">
      <props.icon size={28} stroke={1.5} />
      <h2>{props.title}</h2>
      {props.children && <p>{props.children}</p>}
      {props.actions && <div className="row">{props.actions}</div>}
    </div>
  );
}

/** Bars of the final height, visible only when loading takes longer than 200 ms. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div className="section" role="status" aria-busy="true" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <div className="skeleton" key={index} style={{ marginBottom: 12, width: `${90 - index * 12}%` }} />
      ))}
    </div>
  );
}
