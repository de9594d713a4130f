import type { Numbers } from "../numbers.ts";
import type { englishReports } from "./english-reports.ts";

/** Le rapport d’un patient, et ce que les deux rapports disent en plus des figures, en français. */
export const frenchReports = (n: Numbers): ReturnType<typeof englishReports> => {
  const plural = (count: number) => count >= 2;
  const lesions = (count: number) => n.count(count, { one: "lésion", other: "lésions" });
  const marked = (count: number) => (plural(count) ? "sont marquées" : "est marquée");
  return {
    patient: {
      title: (name) => `Foie et tumeurs dans un scanner\u00A0: ${name}`,
      scanFile: "Scanner\u00A0:",
      maskFile: "Masque\u00A0:",
      visit: "Visite\u00A0:",
      back: "Tous les cas de ce rapport",
      found: {
        title: "Ce qui a été trouvé",
        drawn: "Mesuré d’après un masque fourni avec le scanner.",
        predicted: (model) =>
          `Mesuré d’après un masque tracé par le réseau ${model}. Personne ne l’a vérifié.`,
        nothing: "Le masque ne marque ni foie ni tumeur.",
        noMask: "Ce scanner n’a pas de masque utilisable\u00A0: rien n’a pu être mesuré.",
        unusable: "Ce cas n’a pas pu être utilisé\u00A0:",
        liver: (size) => `Le foie, tumeurs comprises, mesure ${size}.`,
        noTumour: "Aucune tumeur n’y est marquée.",
        tumours: (count, size) => `${lesions(count)} ${marked(count)}, ${size} en tout.`,
        burden: (percent) => `C’est ${percent} du foie.`,
        largest: (diameter, perpendicular, slice) =>
          `Le plus grand diamètre dans une coupe axiale est de ${diameter}, avec ${perpendicular} à angle droit (coupe ${n.whole(slice)} depuis les pieds, comptée à partir de 0).`,
        measurable: (count) =>
          `${lesions(count)} de 10 mm ou plus ${plural(count) ? "atteignent" : "atteint"} la taille que RECIST 1.1 demande d’une lésion mesurable\u202F; l’épaisseur des coupes n’a pas été jugée.`,
        noSizes:
          "Le fichier ne dit pas quelle est la taille d’un voxel\u00A0: les tailles sont en voxels.",
        voxels: (count) => n.count(count, { one: "voxel", other: "voxels" }),
      },
      keys: {
        liver: "foie, tumeurs comprises",
        tumour: "tumeurs en tout",
        burden: "du foie est tumeur",
        lesions: "lésions",
        longest: "plus grand diamètre axial",
      },
      lesions: {
        title: "Foie et lésions",
        caption: (count) => `Le foie et ${lesions(count)}, par taille décroissante`,
        number: "Lésion",
        name: (number) => `Lésion ${n.whole(number)}`,
        wholeLiver: "Foie, tumeurs comprises",
        allTumours: "Toutes les tumeurs",
        volume: "Volume, mL",
        voxels: "Voxels",
        axial: "Plus grand diamètre axial × perpendiculaire, mm",
        longest3d: "Plus grand diamètre 3D, mm",
        slice: "Coupe",
        hu: "Moyenne ± écart-type, UH",
        side: "Côté",
        sides: { left: "gauche", right: "droit" },
        depth: "Jusqu’à la surface du foie, mm",
        touches: "la touche",
        probability: "Probabilité qu’elle soit réelle",
        rest: (count) =>
          `${lesions(count)} de plus ${plural(count) ? "sont" : "est"} dans le tableau des détails.`,
        none: "Il n’y a aucune lésion à mesurer.",
      },
      pictures: {
        title: "Images",
        intro:
          "De chaque lésion, la coupe axiale de son plus grand diamètre\u00A0: découpée, avec les diamètres tels qu’ils ont été mesurés (le plus grand en trait plein, le perpendiculaire en pointillé), puis entière, avec le cadre de la découpe. La droite du patient est à gauche de l’image.",
        plain:
          "Le scanner dans la fenêtre du foie (largeur 150, niveau 30 UH), et le masque posé dessus.",
        caption: (number, size) => `Lésion ${n.whole(number)}, ${size}`,
        cut: "découpée, avec ses diamètres",
        whole: "coupe entière, avec le masque",
        original: "scanner dans la fenêtre du foie",
        cutAlt: (number, slice, size) =>
          `Scanner autour de la lésion ${n.whole(number)} dans la coupe ${n.whole(slice)}, avec ses diamètres tracés\u00A0: ${size}`,
        wholeAlt: (slice) =>
          `Coupe ${n.whole(slice)} entière, avec le masque du foie et des tumeurs en couleur`,
        originalAlt: (slice) => `Coupe ${n.whole(slice)} entière dans la fenêtre du foie`,
        slice: (slice) => `coupe ${n.whole(slice)}`,
        none: "Il n’y a aucune coupe à montrer.",
        more: (count) =>
          `${lesions(count)} de plus, ${plural(count) ? "les plus petites, ne sont pas montrées" : "la plus petite, n’est pas montrée"}.`,
      },
      sure: {
        cases: (count) => n.count(count, { one: "cas", other: "cas" }),
        title: "Avec quelle certitude",
        drawn:
          "Un masque tracé à la main varie d’un lecteur à l’autre\u202F; le volume tumoral d’un lecteur s’écarte de 17\u202F% en moyenne (Bilic et al. 2023).",
        predicted:
          "Le réseau donne un masque et aucune probabilité pour chaque lésion\u00A0: on ne sait pas à quel point il est sûr de l’une d’elles. Il peut manquer des lésions et en inventer, surtout des petites.",
        calibrated:
          "La dernière colonne des lésions dit combien il est probable que chacune soit réelle, d’après un étalonnage de ce réseau sur d’autres patients. Elle ne dit rien des lésions que le réseau a manquées.",
        scored: (liver, tumour, cases) =>
          `Sur ${cases} dont il n’a pas appris, son Dice moyen était de ${liver} pour le foie et de ${tumour} pour les tumeurs (1 est parfait, 0 n’a rien en commun).`,
        unscored: "On ne sait pas ici ce que vaut ce réseau sur d’autres patients.",
        thisCase: (liver, tumour) =>
          `Le réseau a aussi été appliqué à ce cas. Son Dice par rapport à ce masque\u00A0: foie ${liver}, tumeurs ${tumour}.`,
        resolution:
          "Les diamètres vont du bord extérieur d’un voxel à celui d’un autre\u202F; une longueur ne peut être plus sûre qu’un voxel n’est petit.",
      },
      warnings: {
        title: "Avertissements sur les fichiers",
        none: "Rien d’anormal n’a été vu dans les fichiers.",
      },
      visits: {
        title: "Visites précédentes et réponse",
        none: "Aucune autre visite de ce patient n’a été fournie\u00A0: rien ne peut être dit de la croissance ni de la réponse.",
        intro:
          "Les autres scanners du même patient dans cette cohorte. Les lésions n’ont pas été appariées entre eux, et aucune réponse n’est jugée.",
        caption: "Visites",
        visit: "Visite",
        here: "(celle-ci)",
      },
      details: {
        title: "Détails",
        scan: "Le scanner",
        size: "Taille en voxels",
        spacing: "Taille d’un voxel",
        orientation: "Les axes enregistrés vont vers",
        liverHu: "Foie sans tumeurs, UH",
        tumourHu: "Tumeurs, UH",
        meanSd: (mean, sd, median) => `moyenne ${mean}, écart-type ${sd}, médiane ${median}`,
        method:
          "Le foie est fait des étiquettes 1 et 2 du masque, une lésion est une partie connexe de l’étiquette 2 (des voxels qui partagent un coin vont ensemble). Le plus grand diamètre axial est celui de RECIST\u00A0: la plus longue ligne entre deux points de la lésion dans une coupe axiale.",
        record: "Comment recommencer",
        hashes: "SHA-256 des fichiers",
        scanHash: "Scanner",
        maskHash: "Masque",
      },
    },
    cases: {
      title: "Cas par cas",
      intro:
        "Une page pour chaque cas\u00A0: ce qui a été trouvé, les tailles, et des images avec les diamètres tracés.",
    },
    conversion: {
      title: "Des scanners aux images",
      none: "Les scanners n’ont pas encore été transformés en images 2D.",
      counted: (images, cases) =>
        `${n.count(images, { one: "image 2D", other: "images 2D" })} de ${n.count(cases, { one: "scanner", other: "scanners" })}, avec autant de masques qu’il y en avait.`,
      withTumour: (tumour, liver, all) =>
        `Sur les ${n.whole(all)} masques, ${n.whole(liver)} montrent du foie et ${n.whole(tumour)} de la tumeur.`,
      size: "Taille des images",
      several: "plusieurs tailles",
      orientation: "Orientation",
      orientations: { radiological: "radiologique", notebook: "celle des carnets LiTS" },
      format: "Format",
    },
    network: {
      title: "Le réseau, dessiné",
      text: (stages, deepest) =>
        `Chaque bloc est un niveau, avec ses canaux et, au-dessous, la largeur de ses images en pixels\u00A0: ${n.whole(stages)} niveaux jusqu’à ${deepest} canaux, puis la remontée\u202F; les lignes en pointillé transmettent les caractéristiques de chaque niveau.`,
      image: "image",
      classes: "classes",
    },
    published: {
      title: "À côté des nombres publiés",
      intro:
        "Sur les scanners de test du défi LiTS lui-même, tels que publiés\u202F; les scores de ce rapport viennent d’autres patients\u00A0: les nombres se regardent côte à côte et ne font pas un classement.",
      caption: "Dice par cas",
      what: "Résultat",
      here: "Ce rapport",
      isbi2017: "Meilleur de LiTS 2017 à ISBI (Bilic et al. 2023)",
      miccai2017: "Meilleur de LiTS 2017 à MICCAI (Bilic et al. 2023)",
      miccai2018: "Meilleur de LiTS 2018 à MICCAI (Bilic et al. 2023)",
      honest2d: "U-Net 2D répartis par patient, valeurs habituelles",
      bestLiver: "Meilleur foie du défi (Bilic et al. 2023)",
      intervalNote: (percent) =>
        `Entre parenthèses, l’intervalle à ${percent} obtenu en retirant les patients au sort avec remise (bootstrap).`,
    },
  };
};
