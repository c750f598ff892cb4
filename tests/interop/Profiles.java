import java.io.File;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.util.SimpleIRIMapper;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Lists what violates OWL 2 DL and OWL 2 RL in each file, with all that it imports by a catalog.
 *
 * <p>Arguments: the catalog, and files. A line has the file, the profile and the violation, with
 * tabulators between them; each file and profile has one line with the number of ontologies read.
 */
public class Profiles {
    public static void main(String[] arguments) throws Exception {
        for (int place = 1; place < arguments.length; place++) {
            OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
            map(manager, new File(arguments[0]));
            OWLOntology ontology = manager.loadOntologyFromOntologyDocument(new File(arguments[place]));
            for (OWLProfile profile : new OWLProfile[] {new OWL2DLProfile(), new OWL2RLProfile()}) {
                String start = arguments[place] + "\t" + profile.getName() + "\t";
                System.out.println(start + manager.getOntologies().size());
                for (OWLProfileViolation violation : profile.checkOntology(ontology).getViolations()) {
                    System.out.println(start + violation.toString().replace("\n", " "));
                }
            }
        }
    }

    private static void map(OWLOntologyManager manager, File catalog) throws Exception {
        Path folder = catalog.toPath().toAbsolutePath().getParent();
        NodeList entries =
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(catalog).getElementsByTagName("uri");
        for (int place = 0; place < entries.getLength(); place++) {
            Element entry = (Element) entries.item(place);
            IRI file = IRI.create(folder.resolve(entry.getAttribute("uri")).toUri());
            manager.addIRIMapper(new SimpleIRIMapper(IRI.create(entry.getAttribute("name")), file));
        }
    }
}
