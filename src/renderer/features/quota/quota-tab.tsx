export function QuotaTab() {
  return <div className="scroll grow" />;
}
