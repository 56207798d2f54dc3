// The Werkfluss extension of BPMN, as the modeler must know it so that a step keeps its facts when it is copied or its
// type is changed. What stands in them is read and written by the server alone.
const text = (name, kept) => ({
  name,
  superClass: ["Element"],
  properties: [
    { name: "text", type: "String", isBody: true },
    { name: "de", type: "String", isAttr: true },
    { name: "en", type: "String", isAttr: true },
  ],
  meta: { allowedIn: kept },
});
const STEP = ["bpmn:Activity"];
const ATTRIBUTES = [
  "effort", "dataClass", "due", "followUp", "ai", "acceptance", "acceptanceReason", "operation", "tool", "decision", "result",
  "approvals", "refusal", "timeout", "approves", "escalation", "provision",
];

export const FACTS = {
  name: "Werkfluss",
  uri: "https://werkfluss.example/bpmn/1",
  prefix: "wf",
  xml: { tagAlias: "lowerCase" },
  types: [
    // ``own`` never reaches the file: see editor_names.js.
    { ...text("Label", ["bpmn:BaseElement"]), properties: [...text("Label", []).properties, { name: "own", type: "String", isAttr: true }] },
    text("Outcome", STEP),
    text("Criterion", STEP),
    text("Skill", STEP),
    text("AiPurpose", STEP),
    text("AcceptanceReason", STEP),
    text("Tool", STEP),
    text("Provision", STEP),
    text("Performer", ["bpmn:Activity", "bpmn:Lane", "bpmn:Participant"]),
    {
      name: "Work",
      superClass: ["Element"],
      properties: ATTRIBUTES.map((name) => ({ name, type: "String", isAttr: true })),
      meta: { allowedIn: STEP },
    },
  ],
};
