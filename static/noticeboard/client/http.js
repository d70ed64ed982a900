export { request, RequestError } from "./requests.js";
