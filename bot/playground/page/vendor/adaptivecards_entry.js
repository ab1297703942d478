// What the Teams tab takes from Microsoft's library; build.sh makes adaptivecards.js of it. Carousels, and what they
// need, are left out: Teams draws none of version 1.5.
export { AdaptiveCard, ExecuteAction, OpenUrlAction, SubmitAction } from "adaptivecards/lib/card-elements";
export { HostConfig } from "adaptivecards/lib/host-config";
