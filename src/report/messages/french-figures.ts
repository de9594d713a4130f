import type { Numbers } from "../numbers.ts";
import type { englishFigures } from "./english-figures.ts";

/** Les mêmes mots en français. */
export const frenchFigures = (n: Numbers): ReturnType<typeof englishFigures> => {
  const lesions = (count: number) => n.count(count, { one: "lésion", other: "lésions" });
  const cases = (count: number) => n.count(count, { one: "cas", other: "cas" });
  const plural = (count: number) => count >= 2;
  return {
    dataframe: {
      title: "Le tableau de données",
      text: (shown, rows, columns) =>
        `${plural(shown) ? `Les ${n.whole(shown)} premières lignes` : "La première ligne"} sur ${n.whole(rows)} du catalogue, une par cas, dans les colonnes ${columns}.`,
      more: (rows, columns) =>
        `${n.count(rows, { one: "ligne", other: "lignes" })} × ${n.count(columns, { one: "colonne", other: "colonnes" })}`,
    },
    channels: {
      title: "La coupe prétraitée et ses canaux",
      whole: "tous les canaux, en rouge, vert et bleu",
      names: {
        liver: "rouge\u00A0: fenêtre hépatique",
        custom: "vert\u00A0: fenêtre adaptée",
        histogram: "bleu\u00A0: histogramme de fréquences",
      },
      window: (width, level) => `${n.whole(width)}, ${n.whole(level)}\u00A0UH`,
      text: (name, slice) =>
        `${name}, coupe ${n.whole(slice)}\u00A0: ce que reçoit un réseau, en couleurs, et chacun de ses trois canaux en gris\u00A0: la fenêtre hépatique, la fenêtre adaptée, et l’histogramme de fréquences, dans lequel chaque niveau de gris couvre autant de voxels.`,
    },
    agreement: {
      title: "La prédiction à côté de la référence",
      reference: "Référence",
      prediction: "Prédiction",
      liver: "Foie\u00A0: différence",
      tumour: "Tumeur\u00A0: différence",
      dice: (value) => `Dice ${value} sur cette coupe`,
      undefined: "rien sur cette coupe",
      agree: "accord",
      missed: "manqué",
      invented: "inventé",
      text: (name, slice) =>
        `${name}, coupe ${n.whole(slice)}\u00A0: la référence et la prédiction sur le scanner (fenêtre 200, 60\u00A0UH), et là où elles diffèrent.`,
      counts: (structure, counts, dice) =>
        ` ${structure}, pixels\u00A0: ${n.whole(counts[0])} en accord, ${n.whole(counts[1])} manqués, ${n.whole(counts[2])} inventés (${dice}).`,
    },
    lesions: {
      title: "Les lésions, la plus grande d’abord",
      size: (id, longest, perpendicular) => `${n.whole(id)} · ${longest} × ${perpendicular}`,
      noSize: (id, voxels) =>
        `${n.whole(id)} · ${n.count(voxels, { one: "voxel", other: "voxels" })}`,
      where: (slice, volume) => `coupe ${n.whole(slice)}${volume === null ? "" : ` · ${volume}`}`,
      longest: "plus grand diamètre",
      perpendicular: "le plus grand à 90° de celui-ci",
      outline: "masque",
      text: (name, shown, all) => {
        const which =
          shown < all
            ? `les ${n.whole(shown)} plus grandes sur ${lesions(all)}`
            : all === 1
              ? "sa seule lésion"
              : `les ${lesions(all)}`;
        return `${name}\u00A0: ${which}, chacune sur la coupe axiale de son plus grand diamètre, avec ses deux diamètres tracés là où ils ont été mesurés.`;
      },
      one: (id, longest, perpendicular, slice) =>
        ` ${n.whole(id)}\u00A0: ${longest} × ${perpendicular}, coupe ${n.whole(slice)}.`,
      noSpacing: " L’espacement est inconnu\u00A0: aucun diamètre n’est donné.",
    },
    solid: {
      title: "Le foie et ses lésions en 3D",
      views: { anterior: "de face", left: "du côté gauche", inferior: "depuis les pieds" },
      letters: { R: "D", L: "G", A: "A", P: "P", S: "S", I: "I" },
      liver: "foie, transparent",
      lesion: "lésion, numérotée de la plus grande à la plus petite",
      text: (name, liver, count) =>
        `${name}\u00A0: le foie${liver === null ? "" : ` (${liver})`} en surface transparente, avec ${count === 0 ? "aucune lésion" : lesions(count)}, vu de face, du côté gauche et depuis les pieds.`,
      largest: (volume) => ` La plus grande lésion mesure ${volume}.`,
      noLiver: (name) =>
        `${name}\u00A0: les lésions\u202F; le masque n’a pas de foie autour d’elles.`,
      noSpacing: " L’espacement est inconnu\u00A0: les proportions peuvent être fausses.",
      smoothed: " Les surfaces sont lissées pour être regardées\u202F; rien n’y est mesuré.",
    },
    blandAltman: {
      title: (structure) =>
        `${structure}\u00A0: volume prédit et volume de référence (Bland–Altman)`,
      mean: "moyenne de la prédiction et de la référence, mL",
      difference: "prédiction − référence, mL",
      bias: (value) => `différence moyenne ${value}`,
      upper: (value) => `+1,96 ET\u00A0: ${value}`,
      lower: (value) => `−1,96 ET\u00A0: ${value}`,
      limits: "limites d’agrément à 95\u202F%",
      interval: "intervalle à 95\u202F% de chacune",
      text: (count, bias, low, high) =>
        `Volumes de ${cases(count)}\u00A0: la prédiction moins la référence vaut ${bias} en moyenne\u202F; les limites d’agrément à 95\u202F% sont ${low} et ${high}.`,
      intervals: (bias, low, high) =>
        ` Intervalles à 95\u202F%\u00A0: différence moyenne de ${bias[0]} à ${bias[1]}, limite inférieure de ${low[0]} à ${low[1]}, limite supérieure de ${high[0]} à ${high[1]}.`,
      formula:
        " d = prédiction − référence\u202F; limites = moyenne(d) ± 1,96 s, s² = Σ(d − moyenne(d))² ÷ (n − 1)\u202F; erreurs types s√(1/n) et s√(3/n) (Bland et Altman 1986).",
      few: " Avec moins de deux cas, il n’y a pas de limites.",
      leftOut: (count) =>
        count === 0
          ? ""
          : ` ${cases(count)} sans espacement connu ${plural(count) ? "ne figurent" : "ne figure"} pas ici.`,
      missing: (count) =>
        count === 0
          ? ""
          : ` ${cases(count)} sans prédiction ${plural(count) ? "comptent" : "compte"} pour 0\u00A0mL.`,
    },
    calibration: {
      title: "Calibration des probabilités de lésion",
      predicted: "probabilité prédite que la lésion soit réelle",
      observed: "part de lésions réelles",
      count: "lésions",
      perfect: "calibration parfaite",
      model: "classes de lésions prédites",
      text: (count, bins, ece, brier) =>
        `${n.count(count, { one: "lésion prédite", other: "lésions prédites" })} en ${n.count(bins, { one: "classe", other: "classes" })} de probabilité prédite, face à la part d’entre elles qui est réelle, avec des intervalles à 95\u202F% (Wilson). Erreur de calibration attendue ${ece}, score de Brier ${brier}.`,
      bin: (from, to, count, observed) => ` ${from}–${to}\u00A0: ${observed} de ${n.whole(count)}.`,
    },
    f1BySize: {
      title: "Détection des lésions selon leur taille",
      axis: "F1",
      sizes: {
        below10mm: "< 10\u00A0mm",
        from10to20mm: "10–20\u00A0mm",
        above20mm: "> 20\u00A0mm",
      },
      count: (found, all) =>
        `${n.whole(found)} sur ${n.whole(all)} ${plural(found) ? "trouvées" : "trouvée"}`,
      none: "aucune lésion de cette taille",
      text: (model) =>
        `${model}\u00A0: F1 de la détection des lésions (au moins un voxel commun), selon le plus grand diamètre axial\u00A0: moyenne harmonique de la part des lésions de référence de cette taille qui sont trouvées et de la part des lésions prédites qui sont réelles.`,
      one: (size, f1, found, all) =>
        ` ${size}\u00A0: ${f1}, ${n.whole(found)} sur ${n.whole(all)} ${plural(found) ? "trouvées" : "trouvée"}.`,
    },
    extremes: {
      title: "Meilleurs et pires cas",
      best: "meilleur",
      worst: "pire",
      dice: (structure, value) => `${structure} ${value}`,
      text: (structure, best, worst) =>
        `Cas selon le Dice (${structure}). Meilleurs\u00A0: ${best}. Pires\u00A0: ${worst}. De chacun, la coupe où la référence ou la prédiction en ont le plus, avec ce qui concorde et ce qui diffère.`,
      one: (name, dice) => `${name} (${dice})`,
    },
    notShown: (count) =>
      count === 0
        ? ""
        : ` ${n.whole(count)} de plus ${plural(count) ? "ne figurent" : "ne figure"} pas ici.`,
  };
};
