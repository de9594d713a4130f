export {
  type LesionRow,
  lesionColumns,
  type StudiedRow,
  type StudyColumns,
  studiedColumns,
} from "./row.ts";
