import type { englishWarnings } from "./english-warnings.ts";

type Words = { readonly short: string; readonly long: string };

/** Ce qu’un avertissement veut dire pour le lecteur d’un rapport, par son code. */
export const frenchWarnings: { readonly [Code in keyof typeof englishWarnings]: Words } = {
  "spacing-unknown": {
    short: "espacement inconnu",
    long: "Le fichier ne dit pas quelle est la taille d’un voxel. Ni millimètres ni millilitres ne sont donnés pour lui.",
  },
  "orientation-unknown": {
    short: "orientation inconnue",
    long: "Le fichier ne dit pas comment le patient y est placé. La gauche et la droite, les pieds et la tête peuvent être inversés.",
  },
  "single-slice": {
    short: "une seule coupe",
    long: "Le scanner n’a qu’une coupe.",
  },
  "forms-disagree": {
    short: "deux positions dans un en-tête",
    long: "L’en-tête donne deux positions dans le patient, éloignées de plus d’un demi-voxel. La sform a été prise\u202F; d’autres logiciels peuvent prendre la qform.",
  },
  "pixdim-disagrees": {
    short: "deux tailles de voxel dans un en-tête",
    long: "L’en-tête donne deux tailles de voxel différentes. Celle de la sform a été prise pour tous les millimètres\u202F; d’autres logiciels peuvent prendre l’autre.",
  },
  "axes-sheared": {
    short: "axes non perpendiculaires",
    long: "Les axes des voxels ne sont pas perpendiculaires, comme après une inclinaison du statif non corrigée. Les volumes sont justes\u202F; les longueurs suivent les axes penchés.",
  },
  "spacing-implausible": {
    short: "espacement invraisemblable",
    long: "Les voxels sont plus petits ou plus grands que ceux d’aucun scanner. Les millimètres et millilitres de cet examen ne sont pas fiables.",
  },
  "field-of-view-implausible": {
    short: "champ de vue invraisemblable",
    long: "Le scanner est plus petit ou plus grand qu’un examen du corps ne peut l’être\u00A0: son espacement est faux, ou c’est une petite partie d’un examen.",
  },
  "units-not-mm": {
    short: "pas en millimètres",
    long: "L’en-tête donne les longueurs dans une autre unité que le millimètre. Elles ont été converties.",
  },
  "slope-not-finite": {
    short: "pente inutilisable",
    long: "La pente de l’en-tête est infinie. Les valeurs enregistrées ont été prises telles quelles.",
  },
  "extension-damaged": {
    short: "extension d’en-tête abîmée",
    long: "Une extension de l’en-tête est abîmée. Elle a été sautée\u202F; le scanner lui-même n’en est pas touché.",
  },
  "intensities-constant": {
    short: "pas d’image",
    long: "Tous les voxels du scanner ont la même valeur\u00A0: il ne contient pas d’image.",
  },
  "intensities-not-hu": {
    short: "pas en unités Hounsfield",
    long: "Les intensités ne ressemblent pas à des unités Hounsfield\u00A0: les fenêtres montrent autre chose que prévu.",
  },
  "intensities-cut": {
    short: "intensités coupées",
    long: "Le scanner a été réduit à une fenêtre avant d’arriver ici\u00A0: les valeurs au-delà sont perdues. Les fenêtres qui y tiennent sont justes.",
  },
  "intensities-clipped": {
    short: "intensités écrêtées",
    long: "Beaucoup de voxels ont exactement la valeur la plus grande ou la plus petite\u00A0: le scanner y a été écrêté, et les moyennes des tissus très clairs ou très sombres sont fausses.",
  },
  "no-air": {
    short: "pas d’air",
    long: "Aucun voxel n’est proche de l’air (−1000\u00A0UH)\u00A0: l’examen a été découpé à l’intérieur du corps, ou n’est pas un scanner.",
  },
  "not-abdomen": {
    short: "peut-être pas un abdomen",
    long: "Le corps montre plus d’os que de graisse, comme une tête et non comme un abdomen.",
  },
  "no-liver": {
    short: "peut-être pas de foie",
    long: "Aucune masse de tissu mou n’est aussi grande qu’une partie de foie\u00A0: le foie n’est guère dans le champ de vue.",
  },
  "labels-unexpected": {
    short: "étiquettes inattendues",
    long: "Le masque contient d’autres étiquettes que 0 (fond), 1 (foie) et 2 (tumeur). Elles restent dans tous les fichiers, et ne comptent ni comme foie ni comme tumeur.",
  },
  "labels-grey": {
    short: "niveaux de gris au lieu d’étiquettes",
    long: "Le masque contient des niveaux de gris plutôt que des étiquettes\u00A0: un format d’image avec pertes, une interpolation, ou un scanner pris pour un masque. Ce qui est dit du foie et de la tumeur n’est pas fiable.",
  },
  "mask-empty": {
    short: "masque vide",
    long: "Le masque ne marque aucun voxel\u00A0: ni foie ni tumeur.",
  },
  "mask-full": {
    short: "masque sans fond",
    long: "Le masque marque tous les voxels du scanner, l’air et l’os aussi. Il a peut-être été inversé ou rempli.",
  },
  "tumour-without-liver": {
    short: "tumeur sans foie",
    long: "Le masque marque une tumeur mais pas de foie\u00A0: un pourcentage du foie n’a pas de sens.",
  },
  "tumour-outside-liver": {
    short: "tumeur hors du foie",
    long: "Une partie de la tumeur ne touche pas le foie. Elle est comptée quand même, comme tumeur et comme partie du foie.",
  },
  "liver-in-pieces": {
    short: "foie en morceaux",
    long: "Le foie est en plusieurs grands morceaux\u00A0: deux foies, des coupes manquantes, ou un autre organe marqué comme foie.",
  },
  "liver-specks": {
    short: "poussières autour du foie",
    long: "Beaucoup de petits morceaux sont séparés du foie. Chacun compte dans son volume.",
  },
  "affine-mismatch": {
    short: "scanner et masque placés différemment",
    long: "Le scanner et le masque ont la même forme mais annoncent des places différentes dans le patient. Le masque a été pris voxel par voxel.",
  },
  "geometry-one-sided": {
    short: "position dans un seul fichier",
    long: "Seul l’un des deux, scanner ou masque, dit où il se trouve dans le patient. Le masque a été pris voxel par voxel.",
  },
  swapped: {
    short: "scanner et masque échangés",
    long: "Le scanner contient des étiquettes et le masque des niveaux de gris\u00A0: les deux sont échangés.",
  },
  "mask-turned": {
    short: "masque retourné",
    long: "Le masque ne va pas sur le scanner tel quel, mais irait s’il était retourné, tourné ou si ses coupes étaient inversées. Ce qui est dit de ce cas n’est pas fiable.",
  },
  "duplicate-of": {
    short: "doublon",
    long: "Le même scanner existe sous un autre nom. Les copies sont prises pour un seul patient.",
  },
  "mask-duplicate-of": {
    short: "masque d’un autre cas",
    long: "Deux scanners différents ont le même masque\u00A0: l’un d’eux a le mauvais.",
  },
};
