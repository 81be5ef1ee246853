/**
 * Runs in the analyzer's own Python, in the sandbox: reads programs as text (nothing of them is executed) and asks for
 * each module that they import whether this Python would find it. Argument: JSON list of program paths. Answers with a
 * JSON list in the same order: `{"syntax": text or null, "missing": [{"module", "line", "isOptional"}]}`.
 */
export const IMPORT_PROBE = `
import ast, importlib.util, json, os, sys

sys.path = [p for p in sys.path if p]
found = {}

def is_found(name):
    if name not in found:
        try:
            found[name] = name in sys.builtin_module_names or importlib.util.find_spec(name) is not None
        except Exception:
            found[name] = True
    return found[name]

def local(folder, name):
    for path in (os.path.join(folder, name + ".py"), os.path.join(folder, name, "__init__.py")):
        if os.path.isfile(path):
            return path
    return None

def caught(handlers):
    for handler in handlers:
        if handler.type is None:
            return True
        types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(getattr(t, "id", "") in ("ImportError", "ModuleNotFoundError", "Exception", "BaseException") for t in types):
            return True
    return False

def scan(program):
    root = os.path.dirname(program)
    todo, seen, need, syntax = [(program, False)], set(), {}, None
    while todo and len(seen) < 200:
        path, lazy = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        try:
            if os.path.getsize(path) > 2097152:
                continue
            with open(path, "rb") as file:
                tree = ast.parse(file.read())
        except SyntaxError as error:
            if not lazy and syntax is None:
                syntax = "%s, line %s" % (os.path.basename(path), error.lineno)
            continue
        except Exception:
            continue
        folder = os.path.dirname(path)
        stack = [(node, lazy) for node in tree.body]
        while stack:
            node, optional = stack.pop()
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                if node.level == 0 and node.module:
                    names = [node.module.split(".")[0]]
                elif node.level == 1:
                    for name in ([node.module.split(".")[0]] if node.module else [a.name for a in node.names]):
                        near = local(folder, name)
                        if near:
                            todo.append((near, optional))
            for name in names:
                near = local(root, name) or local(folder, name)
                if near:
                    todo.append((near, optional))
                elif name not in need or (need[name][1] and not optional):
                    need[name] = (node.lineno, optional)
            if isinstance(node, ast.Try):
                stack += [(n, optional or caught(node.handlers)) for n in node.body]
                stack += [(n, True) for h in node.handlers for n in h.body]
                stack += [(n, optional) for n in node.orelse + node.finalbody]
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                stack += [(n, True) for n in ast.iter_child_nodes(node)]
            elif isinstance(node, ast.If):
                # __main__ runs; whatever depends on anything else may not.
                main = isinstance(node.test, ast.Compare) and getattr(node.test.left, "id", "") == "__name__"
                stack += [(n, optional or not main) for n in node.body + node.orelse]
            else:
                stack += [(n, optional) for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)]
    missing = [{"module": name, "line": line, "isOptional": optional} for name, (line, optional) in sorted(need.items()) if not is_found(name)]
    return {"syntax": syntax, "missing": missing[:100]}

answers = []
for program in json.loads(sys.argv[1]):
    try:
        answers.append(scan(program))
    except Exception:
        answers.append({"syntax": None, "missing": []})
print(json.dumps(answers))
`;
