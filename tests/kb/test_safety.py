"""What shows that a patient is at risk, and what only sounds like it (issue 5, item 3)."""

import time

import pytest

from kb import safety, text

PATIENT = (
    "envié las imágenes a otra paciente por error, cómo las paso",
    "las imágenes de doña Rosa quedaron en otro paciente",
    "el estudio quedó en el paciente equivocado",
    "me equivoqué de paciente al tomar la placa",
    "subí la resonancia al paciente que no era",
    "OJO, la mano de un paciente se adquirió dentro de la ficha de otro",
    "vinieron dos primas y el tórax de la una quedó en la otra, no cambiamos en consola",
    "cuando abro el estudio de Juan salen las imágenes de otra persona",
    "el paciente ve en el portal los resultados de otra persona",
    "el informe salió con el nombre de otro paciente",
    "el tac salio a nombre de otra señora",
    "se cruzaron los estudios de dos pacientes",
    "se mezclaron las imagenes de dos pacientes con el mismo apellido",
    "las imágenes no corresponden al paciente",
    "esa radiografía no es de ese paciente",
    "hice la tomografía bajo la cédula de otra persona",
    "registré el examen con la cédula de la mamá",
    "en recepción la crearon con el nombre de la mamá",
    "adjunté el informe en otro paciente",
    "dicté la lectura en el estudio de otro paciente",
    "firmé el informe de otro paciente",
    "quedaron los datos de otro paciente en el estudio",
    "uní dos pacientes distintos por error",
    "the images went to the wrong patient",
    "the report is under another patient",
    "it shows another patient's report",
    "I uploaded the study to a different patient",
    "las imagenes no estan en su historia clinica, es la ficha de otra paciente",
    "las placas del paciente García se cargaron en Pérez, es otro paciente",
    "el estudio de la señora quedó asociado con otro paciente",
    "le asigné el estudio a otra persona",
    "se fueron las fotos a otra pte",
    "el cd se grabó con las imágenes de otra paciente",
    "publicamos los resultados de una paciente en el perfil de otra",
    "la ecografia de la señora Pérez está colgada a la señora López, es otra paciente",
    "subieron una placa al paciente q no era",
    "el técnico hizo el estudio con los datos del paciente anterior",
    "tomé la placa con el nombre del paciente anterior",
    "quedó guardado en el paciente anterior",
    "el estudio se grabó con la orden del paciente que sigue",
    "le entregamos a una señora el informe de otra",
    "le llegó al correo el resultado de otra paciente",
    "en el portal me salen los resultados de un señor que no conozco",
    "aparecen exámenes que no son míos",
    "el informe que me sale no es mío",
    "cargaron las imágenes de mi paciente a un homónimo",
    "el estudio esta en la cedula que no es",
    "El PACS me asoció las imágenes a otro nombre",
    "el informe firmado tiene un error, es de otra paciente",
    "the wrong patient's images are in this study",
    "images of one patient are in another patient's folder",
    "the study was saved under the previous patient",
    "patients swapped",
    "left and right are swapped on the report",
    "se entregaron resultados cambiados",
    "me confundí de paciente",
    "adquirí a nombre de quien no era",
    "cargué el estudio en una paciente que no corresponde",
)
SIDE = (
    "la lateralidad quedó mal",
    "escogí mal el lado en el informe y ya lo firmé, era rodilla izquierda",
    "me equivoqué de lado",
    "elegí mal la rodilla, es la derecha",
    "hice la rodilla izquierda pero le marqué derecha en la descripción",
    "marqué izquierda y era derecha",
    "el informe dice rodilla derecha y es la izquierda",
    "salió como mano derecha en vez de izquierda",
    "puse lado equivocado en la mamografía",
    "rotulé la L y era la R",
    "cambié la lateralidad por error",
    "the laterality was marked wrong, how do I change it",
    "the report says left but it is the right knee",
    "wrong side marked on the x-ray",
    "la imagen sale en espejo",
    "el estudio tiene el lado contrario",
    "la mamografía izquierda quedó rotulada como derecha",
    "el rotulo dice D pero es I",
    "puse derecho y es izquierdo",
    "Lateralidad errada en el informe ya entregado",
    "la rodilla izquierda aparece como derecha",
    "informé rodilla derecha, era la izquierda",
    "el estudio esta marcado del lado que no es",
)
REPORT = (
    "firmé un informe por error",
    "firmé por equivocación el reporte de la mañana",
    "el doctor firmó sin querer un informe incompleto",
    "quedó firmado por error",
    "me equivoqué y firmé el que no era",
    "firmé el informe antes de tiempo",
    "borré un informe por error",
    "eliminé sin querer la lectura de un paciente",
    "se me borró el informe que ya estaba",
    "por error borramos el estudio de esta mañana",
    "me equivoqué y eliminé el reporte",
    "validé el resultado sin querer",
    "I signed a report by mistake",
    "I accidentally deleted the report",
    "deleted the wrong study",
    "el informe lo borraron por accidente",
    "cómo desfirmo un informe",
    "sin querer le di firmar al informe",
    "le di firmar por error",
    "se firmó solo el informe",
    "se validó un reporte sin revisar",
    "quitaron un informe por equivocación",
    "el residente borró el reporte del paciente por accidente",
    "eliminamos el informe equivocado",
    "publiqué el informe sin querer",
    "se firmó el informe que no era",
    "por error di por firmado un estudio que no había leído",
)
NOBODY = (
    "con otro paciente sí abre",
    "con otros pacientes sí cargan las imágenes",
    "las imágenes de otros pacientes sí se ven",
    "no abre el estudio de este paciente",
    "registré mal la cédula de una paciente en el RIS, cómo la corrijo",
    "en el equipo ingresé mal los datos del paciente, cómo los corrijo",
    "cómo cambio los datos de un estudio que digité mal",
    "cómo elimino un estudio que subí por error",
    "creé dos veces al mismo paciente, cómo los uno",
    "puse mal el número de acceso del estudio, cómo lo cambio",
    "en el RIS adjunté imágenes de más, cómo las elimino",
    "cómo cargo mi firma",
    "no puedo firmar los informes",
    "los médicos no pueden firmar los informes en el RIS desde las 8",
    "me desaparecio el modulo de laboratorio, antes lo tenia en la barra izquierda",
    "el monitor derecho no prende pero el izquierdo sí",
    "la firma del doctor nuevo sale volteada, le tomé foto y así mismo la cargué",
    "las imágenes no cargan con otro usuario tampoco",
    "se demora la imagen al pasar a otro paciente",
    "el RIS se cierra cuando paso a otro paciente",
    "mientras le hacía el estudio a otro paciente se apagó el equipo",
    "asocié mal el remitente de un estudio, cómo lo cambio",
    "el convenio no ve sus estudios porque le puse otro rol",
    "buenas, en la sala 2 el resonador no está pasando imágenes al PACS desde las 7",
    "borré la plantilla sin querer",
    "eliminé una cita por error",
    "se borra la imagen al pasar de hoja",
    "quiero borrar un estudio duplicado",
    "avancé un estudio por error, cómo lo devuelvo de estado en el RIS",
    "necesito otro usuario para el portal",
    "cómo agrego otro paciente a la agenda",
    "no aparece el paciente en la lista de trabajo",
    "the images do not load for any patient",
    "how do I sign a report",
    "the left monitor is off",
    "quiero cambiar la clave",
    "la factura salió con otro valor",
    "facturé a la empresa equivocada",
    "el informe salió con mal formato",
    "el informe no le llega al paciente",
    "no veo el botón de la derecha para firmar",
    "el paciente no ve sus resultados en el portal",
    "envié el informe al correo pero no llegó",
    "necesito que me envíen otra vez los reportes firmados",
    "saquen del archivo un escaneo que salió todo borroso, ya hicimos otro mejor",
    "la pantalla sale invertida",
)


def risk(message: str) -> str:
    return safety.risk(text.fold(message))


@pytest.mark.parametrize(
    ("kind", "messages"), [("patient", PATIENT), ("side", SIDE), ("report", REPORT)]
)
def test_a_patient_at_risk_is_seen_in_many_words(kind: str, messages: tuple[str, ...]) -> None:
    assert {said: risk(said) for said in messages if risk(said) != kind} == {}


def test_what_only_sounds_like_it_is_let_alone() -> None:
    assert {said: risk(said) for said in NOBODY if risk(said)} == {}


@pytest.mark.parametrize("word", ["imagen ", "firme ", "izquierda ", "dato de otro ", "en "])
def test_any_text_is_read_in_bounded_time(word: str) -> None:
    """One word over and over, as long as what is searched for meaning."""
    told = (word * 4000)[:4000]
    began = time.perf_counter()
    risk(told)
    assert time.perf_counter() - began < 0.5
