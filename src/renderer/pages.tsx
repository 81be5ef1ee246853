import { Redirect, Route, Switch } from 'wouter';
import { IntakeListPage } from './features/intake/intake-list-page.tsx';
import { IntakePage } from './features/intake/intake-page.tsx';

/** Which screen shows for a location. */
export function Pages() {
  return (
    <Switch>
      <Route path="/intake" component={IntakeListPage} />
      <Route path="/intake/:id">{({ id }) => <IntakePage key={id} id={id} />}</Route>
      <Route>
        <Redirect to="/intake" />
      </Route>
    </Switch>
  );
}
