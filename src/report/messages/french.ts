import type { Numbers } from "../numbers.ts";
import { frenchFigures } from "./french-figures.ts";
import { frenchWarnings } from "./french-warnings.ts";
import type { Messages } from "./messages.ts";

/** Le rapport en français. */
export const french = (n: Numbers): Messages => {
  const scans = (count: number) => n.count(count, { one: "scanner", other: "scanners" });
  const cases = (count: number) => n.count(count, { one: "cas", other: "cas" });
  const patients = (count: number) => n.count(count, { one: "patient", other: "patients" });
  const lesions = (count: number) => n.count(count, { one: "lésion", other: "lésions" });
  // Comme Intl.PluralRules : zéro et un sont au singulier.
  const plural = (count: number) => count >= 2;
  return {
    page: {
      title: "Tumeurs du foie au scanner\u00A0: rapport",
      skip: "Aller au rapport",
      contents: "Sommaire",
      made: (when, version) => `Établi le ${when} par hepar ${version}`,
      dataFolder: "Dossier des données\u00A0:",
      foot: "hepar, pour la recherche uniquement. Ceci n’est pas un dispositif médical.",
    },
    words: {
      yes: "oui",
      no: "non",
      unknown: "inconnu",
      none: "aucun",
      noMask: "sans masque",
      unreadable: "illisible",
      case: "Cas",
      liver: "Foie",
      tumour: "Tumeur",
      total: "Total",
    },
    notice: {
      title: "Pour la recherche uniquement",
      text: "hepar n’est pas un dispositif médical. Rien sur cette page ne doit servir à établir un diagnostic ni à décider d’un traitement. Les masques, les volumes et les prédictions peuvent être faux\u202F; un radiologue doit regarder les images.",
    },
    summary: {
      title: "En bref",
      scans: "scanners",
      withTumour: "avec tumeur",
      slices: "images 2D",
      liverDice: "Dice du foie",
      tumourDice: "Dice des tumeurs",
      failed: "non traités",
      nothing: "Le dossier des données ne contient aucun scanner qui ait pu être catalogué.",
      found: (count, masked, unreadable) =>
        `${scans(count)} ${plural(count) ? "ont été trouvés" : "a été trouvé"}, dont ${n.whole(masked)} avec un masque utilisable.` +
        (unreadable > 0
          ? ` ${scans(unreadable)} ${plural(unreadable) ? "n’ont pas pu être utilisés" : "n’a pas pu être utilisé"}\u202F; les raisons sont données plus bas.`
          : " Tous ont pu être lus."),
      tumours: (count, masked, lesionCount) =>
        `${n.whole(count)} des ${n.whole(masked)} masques ${plural(count) ? "contiennent" : "contient"} une tumeur, soit ${lesions(lesionCount)} en tout.`,
      noMasks:
        "Aucun scanner n’a de masque\u00A0: les tumeurs n’ont pu être ni comptées ni mesurées.",
      converted: (count) =>
        `Les scanners ont été convertis en ${n.count(count, { one: "image 2D", other: "images 2D" })}.`,
      notConverted: "Les scanners n’ont pas encore été convertis en images 2D.",
      trained: (train, heldOut, epochs) =>
        `Un réseau a appris sur ${patients(train)} en ${n.count(epochs, { one: "époque", other: "époques" })}\u202F; ${patients(heldOut)} ${plural(heldOut) ? "ont été mis à part, jamais vus" : "a été mis à part, jamais vu"} par l’apprentissage.`,
      trainedFolds: (folds, count, epochs) =>
        `${n.count(folds, { one: "réseau a appris", other: "réseaux ont appris" })} en ${n.count(epochs, { one: "époque", other: "époques" })}, chacun sans une autre partie de ${patients(count)}\u202F; chaque patient est noté par le réseau qui ne l’a jamais vu.`,
      trainedTogether: (members) =>
        `La moyenne de ${n.count(members, { one: "tel réseau", other: "tels réseaux" })} prédit.`,
      elsewhere: (name, unseen) =>
        unseen
          ? `Le réseau ${name} a été entraîné ailleurs\u202F; les scanners sur lesquels il a appris sont exclus de ses scores.`
          : `Le réseau ${name} a été entraîné ailleurs\u00A0: on ne sait pas ici s’il a déjà vu ces patients.`,
      noModel: "Aucun réseau n’a été entraîné\u00A0: il n’y a donc ni prédictions ni scores.",
      scored: (name, dice, defined, all) =>
        `${name}\u00A0: Dice moyen de ${dice} sur ${n.whole(defined)} des ${cases(all)} comparés à leurs masques.`,
      scale: "Un Dice de 1 est parfait\u202F; 0 veut dire rien en commun.",
      unscored: (name) =>
        `${name}\u00A0: aucun cas mis à part n’en contient, le Dice n’est donc pas défini.`,
      notEvaluated: "Les prédictions n’ont pas été comparées aux masques de référence.",
      failures: (count) => {
        if (count === 0) return "Rien n’a échoué.";
        return count === 1
          ? "Une chose n’a pas pu être faite\u202F; elle est nommée plus bas avec sa raison."
          : `${n.whole(count)} choses n’ont pas pu être faites\u202F; chacune est nommée plus bas avec sa raison.`;
      },
    },
    catalogue: {
      title: "Les scanners",
      intro:
        "Une ligne par scanner\u00A0: ses fichiers, sa taille en voxels (largeur × hauteur × nombre de coupes) et ce que dit son masque. Les pourcentages comptent des voxels\u202F; les volumes n’existent que si le fichier connaît son espacement.",
      caption: (count) => `Catalogue de ${scans(count)}`,
      scan: "Scanner",
      mask: "Masque",
      size: "L × H × n",
      spacing: "Espacement, mm",
      hasTumour: "Tumeur",
      tumourPercent: "Tumeur, % de tous les voxels",
      tumourPercentOfLiver: "Tumeur, % du foie",
      liverMl: "Foie, mL",
      tumourMl: "Tumeur, mL",
      lesions: "Lésions",
      remarks: "Remarques",
      empty: "Le catalogue est vide.",
      files:
        "Le même tableau se trouve dans le dossier de la cohorte\u00A0: catalog.csv et catalog.parquet.",
    },
    study: {
      title: "L’étude",
      intro: "Ce que montrent les scanners et les masques de référence, avant tout réseau.",
      noMasks: "Il n’y a aucun masque utilisable\u00A0: seules les coupes peuvent être montrées.",
    },
    figures: {
      drawn: {
        scans: (count, all) => `${n.whole(count)} sur ${scans(all)}`,
        lesions: (count, all) => `${n.whole(count)} sur ${lesions(all)}`,
        shown: (share) => ` Sur la figure\u00A0: ${share}.`,
        missing: (why) => ` Ne figurent pas ici\u00A0: ${why}.`,
        unusable: (count) => `${n.whole(count)} inutilisable${plural(count) ? "s" : ""}`,
        noMask: (count) => `${n.whole(count)} sans masque`,
        noLiver: (count) => `${n.whole(count)} sans foie dans le masque`,
        noTumour: (count) => `${n.whole(count)} sans tumeur`,
        noSpacing: (count) => `${n.whole(count)} d’espacement inconnu, donc sans mm ni mL`,
        unmeasured: (count) => `${n.whole(count)} non mesuré${plural(count) ? "s" : ""}`,
        lesionsWithoutSpacing: (count) =>
          `${n.whole(count)} de scanners d’espacement inconnu, donc sans mm ni mL`,
        points: " Si peu de valeurs sont représentées par des points, un par valeur.",
      },
      slices: {
        title: "Coupes par scanner",
        axis: "coupes",
        text: (low, middle, high) =>
          `Coupes axiales de chaque scanner\u00A0: de ${low} à ${high}, médiane ${middle}.`,
      },
      percentage: {
        title: "Pourcentage de tumeur par scanner",
        axis: "tumeur, %",
        ofLiver: "% du foie",
        ofAll: "% de tous les voxels",
        inBrackets: "(entre parenthèses)",
        noTumour: "pas de tumeur",
        text: (withTumour, masked, high) =>
          `Voxels tumoraux de chaque scanner qui a un masque, en pourcentage du foie (tumeurs comprises) et de tous les voxels. ${n.whole(withTumour)} sur ${n.whole(masked)} ${plural(withTumour) ? "ont" : "a"} une tumeur\u202F; le maximum est de ${high} du foie.`,
      },
      lesions: {
        title: "Taille des lésions",
        axisMl: "volume d’une lésion, mL (logarithmique)",
        axisVoxels: "voxels d’une lésion (logarithmique)",
        count: "lésions",
        text: (count, middle, low, high) =>
          `${lesions(count)} par taille\u00A0: de ${low} à ${high}, médiane ${middle}.`,
        inVoxels: " Aucun espacement n’est connu\u00A0: les tailles sont en voxels.",
        voxels: (count) => `${count} voxels`,
      },
      diameters: {
        title: "Plus grands diamètres des lésions",
        axis: "plus grand diamètre axial, mm",
        text: (count, middle, low, high) =>
          `${lesions(count)} selon le plus grand diamètre sur une coupe axiale, entre bords de voxels\u00A0: de ${low} à ${high}, médiane ${middle}.`,
        measurable: (count) =>
          ` ${n.whole(count)} ${plural(count) ? "mesurent" : "mesure"} au moins 10\u00A0mm, comme RECIST 1.1 l’exige d’une lésion mesurable.`,
      },
      burden: {
        title: "Distribution du pourcentage de tumeur",
        axis: "tumeur, % du foie (logarithmique)",
        text: (count, low, middle, high) =>
          `${scans(count)} avec tumeur selon sa part du foie (tumeurs comprises)\u00A0: de ${low} à ${high}, médiane ${middle}.`,
      },
      liverVolumes: {
        title: "Volumes des foies",
        axis: "foie avec ses tumeurs, mL",
        text: (count, low, middle, high) =>
          `Volume du foie, tumeurs comprises, dans ${scans(count)} d’espacement connu\u00A0: de ${low} à ${high}, médiane ${middle}.`,
      },
      tumourVolumes: {
        title: "Volume tumoral par scanner",
        axis: "toutes les tumeurs d’un scanner, mL (logarithmique)",
        text: (count, low, middle, high) =>
          `Volume de toutes les tumeurs ensemble dans ${scans(count)} d’espacement connu qui en ${plural(count) ? "ont" : "a"}\u00A0: de ${low} à ${high}, médiane ${middle}.`,
      },
      intensities: {
        title: "Intensités du foie et des tumeurs",
        axis: "intensité, UH",
        liver: "foie sans tumeurs",
        tumour: "tumeur",
        text: (liver, tumour) =>
          `Intensité médiane de chaque scanner, avec un trait sur les 80\u00A0% centraux des voxels. Médiane des scanners\u00A0: foie sans tumeurs ${liver}, tumeur ${tumour}.`,
      },
      scansAxis: "scanners",
      loss: {
        title: "Perte",
        axis: "perte",
        train: "apprentissage",
        heldOut: "patients mis à part",
        text: (first, last, heldOut) =>
          `Entropie croisée plus perte de Dice après chaque époque. Apprentissage\u00A0: de ${first} à ${last}\u202F; patients mis à part, à la fin\u00A0: ${heldOut}.`,
      },
      dice: {
        title: "Dice sur les patients mis à part",
        axis: "Dice",
        text: (liver, tumour) =>
          `Dice sur toutes les coupes mises à part, à la résolution du réseau, après chaque époque\u202F; à la fin, foie ${liver}, tumeur ${tumour}. Seulement observé\u00A0: rien n’a été choisi d’après lui.`,
      },
      learningRate: {
        title: "Taux d’apprentissage",
        axis: "taux d’apprentissage",
        text: (high, last) =>
          `Taux d’apprentissage de chaque époque\u00A0: au plus ${high}, et ${last} à la fin.`,
      },
      watch: {
        title: "Dice sur les patients réservés",
        text: (liver, tumour) =>
          `Dice sur les coupes des patients retirés de l’apprentissage pour choisir l’époque, après chaque époque\u202F; à la fin, foie ${liver}, tumeur ${tumour}. L’époque dont la moyenne des deux est la plus haute donne le modèle.`,
      },
      rates: {
        title: "Recherche du taux d’apprentissage",
        lossAxis: "perte",
        rateAxis: "taux d’apprentissage (logarithmique)",
        smoothed: "lissée",
        step: "chaque pas",
        valley: "vallée",
        steep: "pente la plus forte",
        text: (valley, steep) =>
          `Perte de quelques pas à partir de poids neufs, pendant que le taux d’apprentissage augmente. Taux suggérés\u00A0: vallée ${valley}\u202F; pente la plus forte ${steep}.`,
      },
      cases: {
        title: "Dice par cas mis à part",
        axis: "Dice",
        mean: (name, dice) => `${name} (moyenne ${dice})`,
        undefinedTumour: "tumeur\u00A0: non défini",
        missing: "pas de prédiction",
        text: (count, unseen) =>
          `Dice du foie et des tumeurs de ${cases(count)}${unseen ? " que l’apprentissage n’a jamais vus" : ""}\u202F; les traits interrompus sont les moyennes.`,
      },
      originals: {
        title: "Original et masque",
        text: (names) =>
          `${names}\u00A0: le scanner dans la fenêtre du foie (150, 30 UH) et, à côté, le masque de référence, sur la coupe qui a le plus de tumeur (sinon le plus de foie).`,
      },
      epoch: "époque",
    },
    pictures: {
      title: "Images",
      heldOut: (shown, all) =>
        `${shown === all ? `Tous les cas (${n.whole(all)})` : `Les ${n.whole(shown)} premiers des ${cases(all)}`} que l’apprentissage n’a jamais vus. De chacun, la coupe qui a le plus de tumeur dans la référence\u202F; sans tumeur, celle qui a le plus de foie.`,
      predicted: (shown, all) =>
        `${n.whole(shown)} des ${cases(all)} auxquels le réseau a été appliqué. De chacun, la coupe qui a le plus de tumeur dans la référence\u202F; sans tumeur, celle qui a le plus de foie\u202F; sans masque, celle du milieu.`,
      sample: (shown, all) =>
        `${n.whole(shown)} sur ${cases(all)}, répartis régulièrement dans le catalogue. De chacun, la coupe qui a le plus de tumeur dans la référence\u202F; sans tumeur, celle qui a le plus de foie\u202F; sans masque, celle du milieu.`,
      view: {
        radiological:
          "Vue des radiologues\u00A0: la droite du patient est à gauche de l’image. Les coupes sont comptées depuis les pieds, à partir de 0.",
        notebook:
          "Coupes des carnets LiTS, obtenues en tournant le tableau enregistré\u00A0: la place des côtés du patient varie d’un scanner à l’autre. Les coupes sont comptées comme elles sont enregistrées, à partir de 0.",
      },
      none: "Il n’y a aucune image 2D à montrer.",
      kinds: {
        original: "Original",
        mask: "Masque de référence",
        preprocessed: "Ce que voit le réseau",
        prediction: "Prédiction",
        agreement: "Différence",
      },
      about: {
        original: "scanner dans la fenêtre du foie (largeur 150, niveau 30 UH)",
        mask: "masque de référence sur le scanner",
        preprocessed:
          "rouge\u00A0: fenêtre du foie (150, 30)\u202F; vert\u00A0: fenêtre personnalisée (200, 60)\u202F; bleu\u00A0: échelle par histogramme de fréquences",
        prediction: "masque du réseau sur le scanner",
        agreement: "prédiction comparée à la référence",
      },
      chosenBy: {
        tumour: "le plus de tumeur",
        liver: "le plus de foie",
        middle: "celle du milieu",
      },
      slice: (slice) => `coupe ${n.whole(slice)}`,
      alt: (kind, about, name, slice) =>
        `${kind}, ${name}, coupe ${n.whole(slice)}\u00A0: ${about}`,
      agree: "d’accord",
      missed: "manqué",
      invented: "inventé",
      agreementText:
        "Dans la différence, un voxel est manqué là où la référence en dit plus (foie ou tumeur) que la prédiction, et inventé là où elle en dit moins.",
    },
    training: {
      title: "Apprentissage",
      none: "Aucun réseau n’a été entraîné.",
      split: (train, heldOut) =>
        `Répartition par patient\u00A0: ${cases(train)} pour apprendre, ${cases(heldOut)} mis à part.`,
      folds: (folds) =>
        `Entraîné ${n.count(folds, { one: "fois", other: "fois" })}, chaque fois sans une autre partie des patients\u202F; chaque cas est prédit par le réseau qui n’a pas appris sur lui. La répartition, les courbes et les faits sont ceux du premier.`,
      members: (members) =>
        `Un ensemble\u00A0: ${n.count(members, { one: "réseau a appris", other: "réseaux ont appris" })} sur les mêmes patients, chacun à partir d’un autre hasard\u202F; la moyenne de leurs probabilités prédit. Les courbes et les faits sont ceux du premier.`,
      heldOut: "Mis à part",
      watched: "Réservés au choix de l’époque",
      learned: "Pour apprendre",
      network: "Le réseau",
      channels: {
        liver: "fenêtre du foie",
        custom: "fenêtre personnalisée",
        histogram: "histogramme de fréquences",
      },
      classes: { background: "fond", liver: "foie", tumour: "tumeur" },
      facts: {
        name: "Nom",
        architecture: "Architecture",
        unet: (widths, convolutions) =>
          `U-Net 2D, largeurs ${widths}, ${convolutions} convolutions par niveau`,
        unet2015: (widths) => `U-Net de 2015, largeurs ${widths}`,
        resnet34Unet: (width) => `U-Net sur un ResNet-34, largeur ${width}`,
        imageSize: "Taille des coupes vues",
        channels: "Canaux d’entrée",
        classes: "Classes",
        recipe: "Recette",
        epochs: "Époques",
        chosen: "Époque du modèle",
        last: (epoch) => `${epoch}, la dernière`,
        best: (epoch, dice) => `${epoch}, la meilleure sur les patients réservés (Dice ${dice})`,
        waiting: "Attente des données",
        steps: "Pas d’optimisation",
        seed: "Graine",
        fold: "Pli mis à part, à partir de 0",
        seconds: "Durée de l’apprentissage",
        runtime: "Calculé par",
        weights: "SHA-256 des poids",
      },
      elsewhere: (name) => `Le réseau ${name} a été entraîné ailleurs.`,
      noJournal: "Il n’y a pas de journal de l’apprentissage.",
    },
    scores: {
      title: "Scores sur des patients jamais vus",
      titleUnknown: "Scores",
      none: "Rien n’a été évalué\u00A0: il n’y a pas de modèle, ou pas de cas mis à part avec un masque.",
      intro:
        "Dice = 2 × voxels communs ÷ (voxels de la référence + voxels prédits), à la résolution du scanner. Le foie comprend ses tumeurs. Le Dice n’est pas défini là où ni la référence ni la prédiction n’en contiennent\u202F; un tel cas est laissé hors de la moyenne, jamais compté comme 1. Une prédiction manquante compte pour 0.",
      caption: (count) => `Scores de ${cases(count)}`,
      liverDice: "Dice du foie",
      tumourDice: "Dice des tumeurs",
      referenceVoxels: "Voxels tumoraux, référence",
      predictedVoxels: "Voxels tumoraux, prédits",
      undefined: "non défini\u00A0: les deux sont vides",
      missing: "0 (pas de prédiction)",
      perCase: "Moyenne par cas",
      over: (defined) => `sur ${cases(defined)}`,
      global: "Global (tous les voxels ensemble)",
      missingCount: (count) =>
        `${n.count(count, { one: "prédiction manque et compte", other: "prédictions manquent et comptent" })} pour 0.`,
    },
    failures: {
      title: "Ce qui n’a pas pu être fait, et pourquoi",
      none: "Rien n’a échoué.",
      caption: "Échecs",
      step: "Étape",
      reason: "Raison",
      whole: "(toute l’étape)",
      warningsTitle: "Avertissements",
      noWarnings: "Il n’y a aucun avertissement.",
      affected: "Cas",
      everywhere: "partout\u00A0:",
      meaning: "Ce que cela veut dire",
      warning: "Avertissement",
    },
    steps: {
      catalog: "catalogue",
      study: "étude",
      convert: "images 2D",
      train: "apprentissage",
      predict: "prédiction",
      evaluate: "évaluation",
      report: "rapport",
    },
    drawings: frenchFigures(n),
    warnings: frenchWarnings,
    problems: {
      "input.missing": "Le fichier n’existe pas.",
      "input.unreadable": "Le fichier ne peut pas être ouvert.",
      "input.empty": "Le fichier ou le dossier est vide.",
      "input.ambiguous": "On ne sait pas quels fichiers vont ensemble.",
      "nifti.empty": "Le fichier est vide.",
      "nifti.truncated":
        "Le fichier s’arrête trop tôt\u00A0: il a été coupé pendant la copie ou le téléchargement.",
      "nifti.header": "Le fichier n’est pas un fichier NIfTI, ou son en-tête est abîmé.",
      "nifti.type": "Le type de nombres du fichier ne convient ni à un scanner ni à un masque.",
      "nifti.dimensions": "Le fichier n’est pas un volume 3D.",
      "nifti.gzip": "Le fichier finit par .gz, mais sa compression est abîmée ou absente.",
      "nifti.too-large": "Le volume est trop grand pour être lu.",
      "nifti.value": "Le fichier contient des valeurs inutilisables, comme NaN.",
      "geometry.singular":
        "La géométrie du fichier est impossible\u00A0: ses axes ne forment pas un volume.",
      "geometry.mismatch": "Le scanner et le masque n’ont pas la même forme.",
      "geometry.orientation":
        "Les axes du scanner et du masque n’ont pas les mêmes directions\u00A0: superposé, le masque marquerait le mauvais côté.",
      "labels.value": "Le masque contient des valeurs qui ne sont pas des étiquettes entières.",
      "image.unreadable": "Un fichier d’image ne peut pas être lu.",
      "table.unreadable": "Un tableau ne peut pas être lu.",
      "cohort.no-cases": "Il n’y a aucun scanner à traiter.",
      "cohort.no-masks": "Aucun scanner n’a de masque\u00A0: rien ne peut être appris ni évalué.",
      "split.too-few":
        "Il y a trop peu de patients avec un masque pour en mettre à part\u00A0: aucun apprentissage honnête n’est possible.",
      "runtime.missing": "Le logiciel qui calcule le réseau n’est pas installé.",
      "model.invalid": "Les fichiers du modèle ne vont pas ensemble.",
      "model.missing": "Ce modèle n’existe pas.",
      "train.diverged":
        "L’apprentissage a divergé\u00A0: la perte est devenue infinie ou n’est plus un nombre.",
      "output.full": "Le disque est plein.",
      "output.unwritable": "Il est impossible d’écrire dans le dossier de sortie.",
      "run.stopped": "Le traitement a été interrompu.",
      defect: "C’est un défaut de hepar.",
    },
    limits: {
      title: "Limites, et comment recommencer",
      limitsTitle: "Limites",
      few: (heldOut) =>
        `Les scores viennent de ${cases(heldOut)}. Avec si peu de patients, un autre choix peut donner des nombres bien différents.`,
      reference:
        "Les masques de référence sont pris pour vrais\u202F; là où ils sont faux, les scores et les pourcentages le sont aussi.",
      axial:
        "Le réseau voit une coupe axiale à la fois, avec 256 niveaux de gris par canal et à sa propre résolution.",
      spacing: (count) =>
        `${scans(count)} ${plural(count) ? "n’ont" : "n’a"} pas d’espacement connu\u202F; aucune taille n’est donnée pour ${plural(count) ? "eux" : "lui"}.`,
      otherScanners:
        "Les appareils, les temps d’injection et les maladies autres que ceux du dossier des données n’ont pas été essayés.",
      reproduceTitle: "Comment recommencer",
      command: "Commande",
      seed: "Graine",
      settings: "Réglages",
      versions: "Versions",
      seconds: "Durée",
      same: "Avec les mêmes fichiers, la même graine et les mêmes versions, la commande donne les mêmes tableaux. L’empreinte SHA-256 de chaque fichier est dans catalog.csv.",
    },
  };
};
