// Starts GraphiQL on our own endpoint: no request ever leaves this site.
"use strict";

const ENDPOINT = "/graphql";

async function ask(params, headers) {
  const response = await fetch(ENDPOINT, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json;q=0.9",
      ...headers,
    },
    body: JSON.stringify(params),
  });
  return response.json();
}

// Server-sent events by graphql-sse: one connection an operation, events `next` and `complete`.
async function* listen(params, headers) {
  const response = await fetch(ENDPOINT, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", ...headers },
    body: JSON.stringify(params),
  });
  if (!(response.headers.get("content-type") || "").startsWith("text/event-stream")) {
    yield await response.json();
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) {
        if (event.startsWith("event: complete")) return;
        const data = event.split("\n").find((line) => line.startsWith("data: "));
        if (data) yield JSON.parse(data.slice(6));
      }
    }
  } finally {
    reader.cancel();
  }
}

// GraphiQL learns of another query a moment after it is shown: until then the name may be of the one before.
function named(params) {
  const known = new RegExp(`\\b${params.operationName}\\b`).test(params.query);
  return known ? params : { ...params, operationName: undefined };
}

function isSubscription({ query, operationName }) {
  const kinds = query.replace(/#.*/g, "").matchAll(/(?:^|})\s*(query|mutation|subscription)\b\s*(\w*)/g);
  const found = [...kinds];
  const chosen = found.find(([, , name]) => name === operationName) || found[0];
  return chosen?.[1] === "subscription";
}

function fetcher(given, options) {
  const params = named(given);
  const headers = options?.headers || {};
  return isSubscription(params) ? listen(params, headers) : ask(params, headers);
}

function Examples({ examples, onChoose }) {
  const options = examples.map((each, place) =>
    React.createElement("option", { key: each.title, value: place }, each.title),
  );
  return React.createElement(
    "label",
    { className: "examples" },
    "Examples ",
    React.createElement(
      "select",
      { defaultValue: "", onChange: (event) => onChoose(examples[Number(event.target.value)]) },
      React.createElement("option", { value: "", disabled: true }, "choose one"),
      options,
    ),
  );
}

function Page({ examples }) {
  const first = examples[0] || { query: "{ __typename }", variables: "" };
  const [shown, show] = React.useState(first);
  return React.createElement(
    GraphiQL,
    {
      fetcher,
      query: shown.query,
      variables: shown.variables,
      defaultEditorToolsVisibility: "variables",
      shouldPersistHeaders: false,
    },
    React.createElement(
      GraphiQL.Logo,
      null,
      React.createElement(Examples, { examples, onChoose: show }),
    ),
  );
}

// Its editors have no name of their own, and keep the Tab key: who has no mouse would never get out again.
const PLACES = { ".graphiql-query-editor": "Query", ".graphiql-response": "Answer" };

function nameOf(editor) {
  const place = Object.keys(PLACES).find((each) => editor.closest(each));
  if (place) return PLACES[place];
  return editor.closest(".graphiql-editor-tool > :first-child") ? "Variables" : "Headers";
}

function tend(editor) {
  if (editor.tended) return;
  editor.tended = true;
  editor.CodeMirror.setOption("screenReaderLabel", nameOf(editor));
  editor.CodeMirror.addKeyMap({ Tab: false, "Shift-Tab": false });
}

async function start() {
  const examples = await (await fetch("/graphiql/examples.json")).json();
  const root = document.getElementById("graphiql");
  const tending = new MutationObserver(() => root.querySelectorAll(".CodeMirror").forEach(tend));
  tending.observe(root, { childList: true, subtree: true });
  ReactDOM.createRoot(root).render(React.createElement(Page, { examples }));
}

start();
